import fc from 'fast-check';
import { median, spread } from './statistics';

it.each([
  [[5], 5],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[1, 1, 1, 1000], 1],
])('median of %j', (values, middle) => expect(median(values)).toBe(middle));

it('has as many values above it as below, and leaves its input alone', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const before = [...values];
      const middle = median(values);
      expect(values).toEqual(before);
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2);
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2);
    }),
  );
});

it('refuses nothing', () => expect(() => median([])).toThrow(RangeError));

it('tells how far a run was off', () => {
  expect(spread([10, 11, 8])).toBeCloseTo(0.2);
  expect(spread([0, 0])).toBe(0);
});
