import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { decodeBytes } from './decoded-text';

it('reads UTF-8 as what it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!/\p{Surrogate}/u.test(text));
      expect(decodeBytes(Buffer.from(text))).toBe(text);
    }),
  );
});

it.each([
  [[0x63, 0x61, 0x66, 0xe9], 'café'],
  [[0x80, 0x93, 0x78, 0x94, 0x81], '€“x”\u0081'],
  [[0xc3, 0xa9, 0xe9], 'Ã©é'],
  [[0xef, 0xbb, 0xbf, 0x78], '\ufeffx'],
])('reads %j as %j', (bytes, text) => {
  expect(decodeBytes(Buffer.from(bytes))).toBe(text);
});

it('reads any bytes, and says nowhere that it could not', () => {
  const replaced = Buffer.from('\ufffd');
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeBytes(bytes).includes('\ufffd')).toBe(Buffer.from(bytes).includes(replaced) && isUtf8(bytes));
    }),
  );
});

it('leaves out a character that a cut halved, and no other', () => {
  const bytes = Buffer.from('xü');
  expect(decodeBytes(bytes.subarray(0, 2), { isCut: true })).toBe('x');
  expect(decodeBytes(bytes.subarray(0, 2))).toBe('xÃ');
});
