/** What reorders the text around it ("Trojan Source", CVE-2021-42574): Unicode's property Bidi_Control. */
const REORDERING = '\\p{Bidi_Control}';

/** Without width and without meaning in any script: two names that differ in one of them look alike. */
const WITHOUT_WIDTH =
  '\\u{ad}\\u{115f}\\u{1160}\\u{180e}\\u{200b}\\u{2060}-\\u{206f}\\u{3164}\\u{feff}\\u{ffa0}\\u{fff9}-\\u{fffb}';

/** They shape emoji, and letters of some scripts; behind Latin letters, at a beginning or in a row they only hide. */
const JOINERS = '\\u{200c}\\u{200d}';
const VARIANTS = '\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}';
const NOTHING_TO_SHAPE = `^|[\\p{Script=Latin}\\p{White_Space}\\p{Cc}${WITHOUT_WIDTH}${JOINERS}]`;
const IDLE = [
  `[${JOINERS}](?<=(?:${NOTHING_TO_SHAPE})[${JOINERS}])`,
  `[${VARIANTS}](?<=(?:${NOTHING_TO_SHAPE}|[${VARIANTS}])[${VARIANTS}])`,
  // The letters of a flag such as Scotland's, which has five and an end.
  '[\\u{e0000}-\\u{e007f}](?<!\\u{1f3f4}[\\u{e0020}-\\u{e007f}]{1,6})',
].join('|');

/**
 * What a reader of a page could not see and is shown by its number: control characters (but tab and newline, which code
 * needs), what reorders text or ends a line unseen, and what has no width.
 */
export const HIDDEN_CHARACTERS = new RegExp(
  `(?![\\t\\n])[\\p{Cc}${REORDERING}\\p{Zl}\\p{Zp}${WITHOUT_WIDTH}]|${IDLE}`,
  'gu',
);

/** As {@link HIDDEN_CHARACTERS}, in a name, which has one line. */
export const HIDDEN_IN_NAME = new RegExp(`[\\t\\n]|${HIDDEN_CHARACTERS.source}`, 'gu');

/** What a page of prose shows by its number: other languages need the marks beside it (U+200F), and no width is layout. */
export const HIDDEN_IN_PROSE = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** What a page writes in the place of a character that hides itself: `U+202E`. */
export function hiddenLabel(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Whether a page shows a file as what it means, not as what was written. */
export function isMarkdown(path: string): boolean {
  return /\.(md|markdown|mdown|mkd)$/i.test(path);
}
