import { MIB } from '@granary/kernel';
import fc from 'fast-check';
import { contiguousBytes, pieceAt, pieceBytesFor, pieceCount, pieceKeyOf } from './pieces';

const MAX_OBJECT_BYTES = 5 * 1024 ** 4;
const sizes = fc.oneof(fc.integer({ min: 1, max: 100 * MIB }), fc.integer({ min: 1, max: MAX_OBJECT_BYTES }));

it('cuts every object into at most 10,000 pieces that S3 takes', () => {
  fc.assert(
    fc.property(sizes, (sizeBytes) => {
      const count = pieceCount(sizeBytes);
      expect(count).toBeLessThanOrEqual(9_000);
      expect(pieceBytesFor(sizeBytes)).toBeLessThanOrEqual(1024 * MIB);
      const last = pieceAt(sizeBytes, count - 1);
      expect((last?.offsetBytes ?? 0) + (last?.sizeBytes ?? 0)).toBe(sizeBytes);
      expect(pieceAt(sizeBytes, count)).toBeNull();
      if (count > 1) expect(pieceAt(sizeBytes, 0)?.sizeBytes).toBeGreaterThanOrEqual(5 * MIB);
    }),
  );
});

it.each([-1, 0.5, NaN, 2])('has no piece %d of 32 MiB', (index) => expect(pieceAt(32 * MIB, index)).toBeNull());

it.each([
  ['nothing', {}, 0],
  ['a part of the first', { 0: 5 }, 5],
  ['the first', { 0: 16 * MIB }, 16 * MIB],
  ['the first and a part', { 0: 16 * MIB, 1: 7 }, 16 * MIB + 7],
  ['a gap', { 1: 16 * MIB }, 0],
  ['a gap behind the first', { 0: 16 * MIB, 2: 8 * MIB }, 16 * MIB],
  ['everything', { 0: 16 * MIB, 1: 16 * MIB, 2: 8 * MIB }, 40 * MIB],
  ['more than can be', { 0: 16 * MIB, 1: 16 * MIB, 2: 9 * MIB }, 40 * MIB],
])('counts what is there without a gap: %s', (_what, arrived, expected) => {
  const sizes = new Map(Object.entries(arrived).map(([index, sizeBytes]) => [Number(index), sizeBytes]));
  expect(contiguousBytes(40 * MIB, sizes)).toBe(expected);
});

it('names pieces in the order in which they stand', () => {
  const keys = [9, 10, 99, 100, 8999].map((index) => pieceKeyOf('id', index));
  expect([...keys].sort()).toEqual(keys);
});
