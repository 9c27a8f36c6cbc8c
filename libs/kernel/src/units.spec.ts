import { formatBytes, parseBytes } from './units';

it.each([
  ['0', 0],
  ['512B', 512],
  ['1.5 k', 1536],
  ['100 MiB', 100 * 1024 ** 2],
  [' 10gib ', 10 * 1024 ** 3],
  ['2T', 2 * 1024 ** 4],
  ['7PiB', 7 * 1024 ** 5],
])('reads the size %j', (text, sizeBytes) => expect(parseBytes(text)).toBe(sizeBytes));

it.each(['', '10', '-1GiB', '+1GiB', '1e3MiB', '1,5GiB', 'NaN', 'Infinity', 'GiB', '1XiB', '1 Gi B', '9PiB', '0x10B'])(
  'refuses %j as a size',
  (text) => expect(parseBytes(text)).toBeNull(),
);

it.each([512, 1536, 100 * 1024 ** 2, 10 * 1024 ** 3])('reads what it writes: %d', (sizeBytes) =>
  expect(parseBytes(formatBytes(sizeBytes))).toBe(sizeBytes),
);

it.each([
  [0, '0 B'],
  [1, '1 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1024 ** 2 - 1, '1024.0 KiB'],
  [1024 ** 2, '1.0 MiB'],
  [1.25 * 1024 ** 3, '1.3 GiB'],
  [1024 ** 4, '1.0 TiB'],
  [1024 ** 5, '1.0 PiB'],
  [2000 * 1024 ** 5, '2000.0 PiB'],
])('writes %d bytes as %s', (sizeBytes, text) => expect(formatBytes(sizeBytes)).toBe(text));

it('reads as many digits behind the point as people write, and no more', () => {
  expect(parseBytes('1.234567k')).toBe(Math.round(1.234567 * 1024));
  expect(parseBytes('1.2345678k')).toBeNull();
  expect(parseBytes('1234567890123456B')).toBeNull();
  expect(parseBytes('1.k')).toBeNull();
});
