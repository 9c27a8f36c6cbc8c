import fc from 'fast-check';
import { savedName } from './saved-name';

it('leaves the names alone that people choose', () => {
  for (const name of ['a.txt', 'naïve €.txt', 'سلام.pdf', '中文', 'a'.repeat(255)]) expect(savedName(name)).toBe(name);
});

it('keeps the ending of a name that is too long', () => {
  expect(savedName(`${'x'.repeat(10_000)}.tar`)).toBe(`${'x'.repeat(251)}.tar`);
  expect(savedName(`${'😀'.repeat(10_000)}.txt`)).toBe(`${'😀'.repeat(62)}.txt`);
});

it('shows no other ending than the name has', () => {
  expect(savedName('a\u202egpj.exe')).toBe('a_gpj.exe');
  expect(savedName('a\r\nSet-Cookie: b\u2028')).toBe('a__Set-Cookie: b_');
});

it('is a name of at most 255 bytes and whole characters, for any name', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 300 }), (codes) => {
      const name = String.fromCodePoint(...codes);
      const saved = savedName(name);
      expect(Buffer.byteLength(saved)).toBeLessThanOrEqual(255);
      expect(Buffer.from(saved).toString()).toBe(saved);
      if (name !== '') expect(saved).not.toBe('');
    }),
  );
});
