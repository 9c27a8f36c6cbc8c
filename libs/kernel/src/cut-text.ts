/** Longer sequences are no character that anybody reads: they may be cut between code points. */
const MAX_CHARACTER_LENGTH = 64;

const CHARACTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The beginning of `text`, at most `maxLength` UTF-16 units long, cut only between characters as a reader sees them:
 * neither half of a surrogate pair is left, nor a letter without its accents, nor a half of a flag.
 */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const start = wholeAt(text, Math.max(0, maxLength - MAX_CHARACTER_LENGTH));
  let end = start;
  for (const { index, segment } of CHARACTERS.segment(text.slice(start, maxLength + MAX_CHARACTER_LENGTH))) {
    if (start + index + segment.length > maxLength) break;
    end = start + index + segment.length;
  }
  return text.slice(0, end > start ? end : wholeAt(text, maxLength));
}

/** As {@link cutText}, with an ellipsis behind what was cut. */
export function shortened(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${cutText(text, maxLength)}…`;
}

/** `at`, or one before where `at` lies between the halves of a surrogate pair. */
function wholeAt(text: string, at: number): number {
  const isHalf = isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));
  return isHalf ? at - 1 : at;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
