import fc from 'fast-check';
import { encodePath, fitsRequest } from './page-addresses';

it('writes the bytes of a name that is no UTF-8, and the text of one that only looks so', () => {
  expect(encodePath('d/"caf\\351.txt"')).toBe('d/caf%E9.txt');
  expect(encodePath('"\\\\\\303"')).toBe('%5C%C3');
  // The bytes of "é": such a name is never told quoted, so this one was written with quotes.
  expect(encodePath('"caf\\303\\251"')).toBe(encodeURIComponent('"caf\\303\\251"'));
  for (const name of ['"a"', '"\\\\351"', '"caf\\351', 'caf\\351"'])
    expect(encodePath(name)).toBe(encodeURIComponent(name));
});

it('leaves no character of a path to mean anything else in an address', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 40 }), (codes) => {
      const path = String.fromCodePoint(...codes);
      fc.pre(Buffer.from(path).toString() === path && !path.includes('"'));
      expect(encodePath(path)).toMatch(/^[\w\-.~!*'()%/]*$/);
      expect(encodePath(path).split('/').map(decodeURIComponent).join('/')).toBe(path);
    }),
  );
});

it('knows what no request has room for', () => {
  expect(fitsRequest(`/a/b/-/blob/main/${'x'.repeat(10_000)}`)).toBe(true);
  expect(fitsRequest(`/a/b/-/blob/main/${encodePath('é'.repeat(10_000))}`)).toBe(false);
});
