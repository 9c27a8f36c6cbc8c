import fc from 'fast-check';
import type { Pack } from './packs';
import { chooseRollUp } from './roll-up-choice';

const pack = (sizeBytes: number, more: Partial<Pack> = {}): Pack => ({
  name: `pack-${sizeBytes}`,
  sizeBytes,
  isKept: false,
  isCruft: false,
  ...more,
});
const chosenOf = (sizes: number[]) => chooseRollUp(sizes.map((size) => pack(size))).map(({ sizeBytes }) => sizeBytes);

it.each<[string, number[], number[]]>([
  ['nothing of nothing', [], []],
  ['nothing of one', [5], []],
  ['nothing of a progression', [100, 2, 50, 1, 10], []],
  ['two of the same size', [5, 5], [5, 5]],
  ['the small ones beside a large one', [1, 1000, 1, 2], [1, 1, 2]],
  ['a larger one that the sum of the small ones comes near to', [10, 10, 30, 1000], [10, 10, 30]],
])('takes %s', (_case, sizes, chosen) => {
  expect(chosenOf(sizes)).toEqual(chosen);
});

it('leaves kept and cruft packs alone', () => {
  expect(chooseRollUp([pack(5, { isKept: true }), pack(5, { isCruft: true }), pack(5)])).toEqual([]);
});

it('leaves a progression behind, whatever there was', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 40 }), (sizes) => {
      const chosen = chosenOf(sizes);
      expect(chosen).not.toHaveLength(1);
      const rest = [...sizes].sort((a, b) => a - b).slice(chosen.length);
      const made = chosen.reduce((sum, size) => sum + size, 0);
      const after = made > 0 ? [made, ...rest] : rest;
      after.slice(1).forEach((size, at) => expect(size).toBeGreaterThanOrEqual(2 * (after[at] ?? 0)));
    }),
  );
});
