import * as fc from 'fast-check';
import { exactByteSize, parseByteSize } from './byte-size';

const MIB = 1024 ** 2;

it.each([
  ['100 MiB', 100 * MIB],
  ['100mib', 100 * MIB],
  [' 100 MB ', 100 * MIB],
  ['100m', 100 * MIB],
  ['1.5 GiB', 1536 * MIB],
  ['2048 B', 2048],
  ['2 KiB', 2048],
  ['1 TiB', 1024 * 1024 * MIB],
])('reads %j', (text, sizeBytes) => expect(parseByteSize(text)).toEqual({ ok: true, sizeBytes }));

it.each(['MiB', '-1 MiB', '1,5 MiB', '1 e6 B', '5 apples', '1 MiB 2', '0x10 KiB', '1 iB'])('refuses %j', (text) =>
  expect(parseByteSize(text)).toMatchObject({ ok: false, fault: expect.stringContaining('is no size') }),
);

it('asks for the unit of a bare number', () =>
  expect(parseByteSize('100')).toMatchObject({ ok: false, fault: expect.stringContaining('100 MiB') }));

it.each([
  [100 * MIB, '100 MiB'],
  [1536 * MIB, '1.5 GiB'],
  [1025, '1025 B'],
  [131072 * MIB, '128 GiB'],
])('writes %d as %j', (sizeBytes, text) => expect(exactByteSize(sizeBytes)).toBe(text));

it('reads what it writes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1024 ** 4 }), (sizeBytes) => {
      expect(parseByteSize(exactByteSize(sizeBytes))).toEqual({ ok: true, sizeBytes });
    }),
  );
});
