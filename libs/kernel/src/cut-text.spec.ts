import fc from 'fast-check';
import { cutText } from './cut-text';

/** Of a surrogate pair. */
const HALF = /\p{Surrogate}/u;
const FAMILY = '👨‍👩‍👧‍👦';

it.each([
  ['short', 10, 'short'],
  ['exactly', 7, 'exactly'],
  ['longer', 3, 'lon'],
  ['a😀', 2, 'a'],
  ['😀😀', 3, '😀'],
  ['e\u0301e\u0301', 3, 'e\u0301'],
  ['🇩🇪🇫🇷', 6, '🇩🇪'],
  [`x${FAMILY}`, 5, 'x'],
  [`${FAMILY}y`, FAMILY.length, FAMILY],
  ['a\r\nb', 2, 'a'],
  ['', 0, ''],
  ['a', 0, ''],
])('cuts %j at %d to %j', (text, length, cut) => {
  expect(cutText(text, length)).toBe(cut);
});

it('cuts what is no character any more between code points', () => {
  expect(cutText(`e${'\u0301'.repeat(500)}`, 100)).toHaveLength(100);
  expect(cutText('😀\u200d'.repeat(200), 100)).not.toMatch(HALF);
});

it('leaves a beginning that is not too long, not much too short, and whole', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 200 });
  fc.assert(
    fc.property(texts, fc.nat(300), (text, maxLength) => {
      const cut = cutText(text, maxLength);
      expect(text.startsWith(cut)).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(maxLength);
      expect(cut.length).toBeGreaterThan(Math.min(text.length, maxLength) - 64);
      expect(cut).not.toMatch(HALF);
    }),
  );
});
