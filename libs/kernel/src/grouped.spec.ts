import { setImmediate as turn } from 'node:timers/promises';
import { Grouped } from './grouped';

/** Work that ends when the test says so. */
function heldWork() {
  const groups: { key: number; items: readonly string[]; end(error?: Error): void }[] = [];
  const grouped = new Grouped<string>(3, (key, items) => {
    return new Promise((resolve, reject) => {
      groups.push({ key, items, end: (error) => (error ? reject(error) : resolve()) });
    });
  });
  return { grouped, groups };
}

it('begins at once with the first, and takes together what came meanwhile, so many at most', async () => {
  const { grouped, groups } = heldWork();
  const all = ['a', 'b', 'c', 'd', 'e'].map((item) => grouped.add(1, item));
  expect(groups.map(({ items }) => items)).toEqual([['a']]);
  groups[0]?.end();
  await all[0];
  expect(groups[1]?.items).toEqual(['b', 'c', 'd']);
  groups[1]?.end();
  await Promise.all(all.slice(1, 4));
  expect(groups[2]?.items).toEqual(['e']);
  groups[2]?.end();
  await all[4];
});

it('keeps keys apart', () => {
  const { grouped, groups } = heldWork();
  void grouped.add(1, 'a');
  void grouped.add(2, 'b');
  expect(groups.map(({ key, items }) => [key, items])).toEqual([
    [1, ['a']],
    [2, ['b']],
  ]);
});

it('tries a group that failed one by one: each has its own answer', async () => {
  const tried: (readonly string[])[] = [];
  const grouped = new Grouped<string>(10, async (_key, items) => {
    await turn();
    tried.push(items);
    if (items.includes('bad')) throw new Error('no room');
  });
  const outcomes = await Promise.allSettled(['first', 'good', 'bad', 'fine'].map((item) => grouped.add(7, item)));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(tried).toEqual([['first'], ['good', 'bad', 'fine'], ['good'], ['bad'], ['fine']]);
});

it('begins again for a key that had nothing to do for a while', async () => {
  const seen: string[] = [];
  const grouped = new Grouped<string>(2, async (_key, items) => void seen.push(...items));
  await grouped.add(1, 'a');
  await turn();
  await grouped.add(1, 'b');
  expect(seen).toEqual(['a', 'b']);
});
