import { formatLineRange, parseLineRange, rangeBetween } from './line-range';

it.each([
  ['#L10', { first: 10, last: 10 }],
  ['#L10-L20', { first: 10, last: 20 }],
  ['#L20-L10', { first: 10, last: 20 }],
  ['#l3-5', { first: 3, last: 5 }],
  [' 12 ', { first: 12, last: 12 }],
  ['7-9', { first: 7, last: 9 }],
])('%j is %j', (text, range) => {
  expect(parseLineRange(text)).toEqual(range);
});

it.each(['', '#', '#L', '#L0', '#L1-', '#Lx', '#user-content-1', '1.5', '-3', '12345678'])('%j is no range', (text) => {
  expect(parseLineRange(text)).toBeNull();
});

it('writes what it reads', () => {
  expect(formatLineRange({ first: 3, last: 3 })).toBe('#L3');
  expect(formatLineRange(rangeBetween(9, 4))).toBe('#L4-L9');
});
