import { formatBytes, parseBytes } from './text';

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
