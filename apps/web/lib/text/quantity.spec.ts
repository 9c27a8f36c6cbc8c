import { countOf, formatBytes, formatCount } from './quantity';

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [150 * 1024, '150 KiB'],
  [734003200, '700 MiB'],
  [5 * 1024 ** 3, '5.0 GiB'],
])('%d bytes are %s', (sizeBytes, text) => {
  expect(formatBytes(sizeBytes)).toBe(text);
});

it('counts with separators and the right plural', () => {
  expect(formatCount(1234567)).toBe('1,234,567');
  expect(countOf(1, 'file')).toBe('1 file');
  expect(countOf(0, 'branch', 'branches')).toBe('0 branches');
  expect(countOf(1200, 'branch', 'branches')).toBe('1,200 branches');
});
