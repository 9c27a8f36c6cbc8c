import fc from 'fast-check';
import { childrenFirst } from './commit-graph';
import { closureOf, firstBringers } from './first-bringers';

/** Commit `n` stands on commits with smaller numbers, all below 0 being there before the push. */
const graphs = fc
  .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 30 })
  .map((all) => all.map((picks, n) => [...new Set(picks.map((pick) => (pick % (n + 2)) - 1))].filter((at) => at < n)))
  .map((all) => ({
    parents: new Map(
      all.map((its, n) => [`c${n}`, its.map((at) => (at < 0 ? 'old' : `c${at}`))] as const).toReversed(),
    ),
    isCut: false,
  }));
const tips = fc.array(fc.nat({ max: 40 }), { minLength: 1, maxLength: 8 });

it('tells each commit once, by the first ref that reaches it, and none that no ref reaches', () => {
  fc.assert(
    fc.property(graphs, tips, (graph, numbers) => {
      const bringers = numbers.map((n, at) => ({ ref: `r${at}`, commit: n > 35 ? undefined : `c${n}` }));
      const brought = firstBringers(bringers, graph);
      const all = [...brought.values()].flat();
      expect(new Set(all).size).toBe(all.length);
      expect(new Set(all)).toEqual(
        closureOf(
          numbers.filter((n) => n <= 35).map((n) => `c${n}`),
          graph,
        ),
      );
      let before = new Set<string>();
      for (const { ref, commit } of bringers) {
        const reached = closureOf(commit === undefined ? [] : [commit], graph);
        expect(new Set(brought.get(ref))).toEqual(without(reached, before));
        before = new Set([...before, ...reached]);
      }
    }),
  );
});

it('keeps the order of the graph, newest first', () => {
  const graph = {
    parents: new Map([
      ['c', ['b']],
      ['b', ['a']],
      ['a', []],
    ]),
    isCut: false,
  };
  expect(firstBringers([{ ref: 'r', commit: 'c' }], graph).get('r')).toEqual(['c', 'b', 'a']);
});

it('puts no commit before one that stands on it, whatever their dates say', () => {
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.nat()), ({ parents }, picks) => {
      const shuffled = new Map(
        [...parents]
          .map((one) => [picks.next().value, one] as const)
          .toSorted(byFirst)
          .map(([, one]) => one),
      );
      const sorted = childrenFirst(shuffled);
      const places = new Map([...sorted.keys()].map((oid, place) => [oid, place]));
      expect(new Map([...sorted].toSorted(byFirst))).toEqual(new Map([...parents].toSorted(byFirst)));
      for (const [oid, its] of sorted) {
        for (const parent of its.filter((one) => places.has(one))) {
          expect(places.get(parent)).toBeGreaterThan(places.get(oid) ?? 0);
        }
      }
    }),
  );
});

function byFirst([a]: readonly [string | number, unknown], [b]: readonly [string | number, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function without(all: Set<string>, some: Set<string>): Set<string> {
  return new Set([...all].filter((one) => !some.has(one)));
}
