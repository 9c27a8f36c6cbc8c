import { DomainError } from '@granary/kernel';
import fc from 'fast-check';
import { parseRange } from './byte-range';

it.each([
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=5-', { start: 5, end: 9 }],
  ['bytes=-3', { start: 7, end: 9 }],
  ['bytes=-30', { start: 0, end: 9 }],
  ['bytes=2-400', { start: 2, end: 9 }],
])('reads %s of ten bytes', (header, range) => expect(parseRange(header, 10)).toEqual(range));

it.each([undefined, '', 'bytes=', 'bytes=-', 'bytes=a-b', 'lines=0-1', 'bytes=0-1,3-4', 'bytes=5-2'])(
  'ignores %j',
  (header) => {
    expect(parseRange(header, 10)).toBeNull();
  },
);

it.each([
  ['bytes=10-', 10],
  ['bytes=10-20', 10],
  ['bytes=0-', 0],
  ['bytes=-0', 10],
])('refuses %s of %d bytes', (header, size) => expect(() => parseRange(header, size)).toThrow(DomainError));

it('stays inside the body, beyond 4 GiB too', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 2 ** 50 }), (first, more, size) => {
      fc.pre(first < size);
      const range = parseRange(`bytes=${first}-${first + more}`, size);
      expect(range).toEqual({ start: first, end: Math.min(first + more, size - 1) });
    }),
  );
});
