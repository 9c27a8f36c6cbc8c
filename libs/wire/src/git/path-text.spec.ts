import fc from 'fast-check';
import { bytesOfPath, isPlainPath, textOfPath } from './path-text';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

it.each([
  [Buffer.from('größe/日本語 "x".txt'), 'größe/日本語 "x".txt'],
  [latin1('caf\xe9.txt'), '"caf\\351.txt"'],
  [latin1('a/caf\xe9\n"\\/b'), 'a/"caf\\351\\012\\042\\\\"/b'],
  [Buffer.from('"caf\\351.txt"'), '"\\042caf\\\\351.txt\\042"'],
  [Buffer.from('"quoted"'), '"quoted"'],
  [Buffer.from('"C:\\\\x"'), '"C:\\\\x"'],
])('writes %j as %j', (bytes, text) => {
  expect(textOfPath(bytes)).toBe(text);
  expect(bytesOfPath(text)).toEqual(bytes);
  expect(isPlainPath(text)).toBe(!/\\\d/.test(text));
});

it('stands for one path alone, and is text', () => {
  const piece = fc.oneof(
    fc.constantFrom('"', '\\', '\\351', '\\042', '/', 'é', 'a', '\xe9', '\n').map((text) => latin1(text)),
    fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => Buffer.concat(pieces)),
      (bytes) => {
        const text = textOfPath(bytes);
        expect(bytesOfPath(text)).toEqual(bytes);
        expect(Buffer.from(text).toString('utf8')).toBe(text);
        expect(text).not.toContain('\ufffd'.repeat(bytes.includes(Buffer.from('\ufffd')) ? 99 : 1));
      },
    ),
  );
});
