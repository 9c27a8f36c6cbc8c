import { HIDDEN_CHARACTERS, HIDDEN_IN_NAME, HIDDEN_IN_PROSE, hiddenLabel } from './page-text';

const marked = (text: string, what = HIDDEN_IN_NAME) => text.replace(what, (one) => `[${hiddenLabel(one)}]`);

const CODE_POINTS = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));

it('shows every control, every mark that reorders text and every unseen end of a line', () => {
  const missed = CODE_POINTS.filter((one) => /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(one) && marked(one) === one);
  expect(missed).toEqual([]);
  expect(marked('a\tb\nc', HIDDEN_CHARACTERS)).toBe('a\tb\nc');
});

it('shows whatever has no width where it shapes nothing', () => {
  const ignorable = CODE_POINTS.filter((one) => /\p{Default_Ignorable_Code_Point}/u.test(one));
  const assigned = ignorable.filter((one) => !/\p{Cn}/u.test(one));
  const missed = assigned.filter((one) => marked(`a${one}`) === `a${one}`).map(hiddenLabel);
  // They are parts of letters: of Khmer, Mongolian, shorthand, music, and the one that joins accents.
  expect(missed.filter((label) => !/^U\+(034F|17B[45]|180[B-DF]|1BCA[0-3]|1D17[3-9A])$/.test(label))).toEqual([]);
});

it.each([
  ['emoji of several people', '👩‍👩‍👧 👨🏽‍💻'],
  ['emoji and plain signs', '❤️ ☎︎ 1️⃣ ❤️‍🔥'],
  ['flags', '🏳️‍🌈 🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
  ['Persian', 'می‌خواهم'],
  ['Malayalam', 'ന്‍ ക്‍'],
  ['Hebrew, Arabic and Chinese', 'שלום سلام 中文 葛󠄀'],
])('leaves %s as they are', (_what, text) => {
  expect(marked(text)).toBe(text);
});

it('shows joiners and variants that only hide', () => {
  expect(marked('ad\u200dmin')).toBe('ad[U+200D]min');
  expect(marked('\u200cadmin')).toBe('[U+200C]admin');
  expect(marked('❤\ufe0f\ufe0f')).toBe('❤\ufe0f[U+FE0F]');
  expect(marked('x\u{e0101}\u{e0102}')).toBe('x[U+E0101][U+E0102]');
  expect(marked('a\u{e0041}')).toBe('a[U+E0041]');
});

it('takes a megabyte of them in its stride', () => {
  for (const one of ['\u{e0041}', '\ufe0f', '\u200d', '\u200b', '🏴']) {
    expect(one.repeat(2 ** 18).match(HIDDEN_CHARACTERS)?.length ?? 0).toBeLessThanOrEqual(2 ** 18);
  }
});

it('leaves prose its own direction, and lets nobody override it', () => {
  expect(marked('שלום\u200f! soft\u00adhyphen, a\u200bb', HIDDEN_IN_PROSE)).toBe(
    'שלום\u200f! soft\u00adhyphen, a\u200bb',
  );
  expect(marked('x\u202eexe\u2069\u001b', HIDDEN_IN_PROSE)).toBe('x[U+202E]exe[U+2069][U+001B]');
});
