export type AsianEncoding = 'shift_jis' | 'euc-jp' | 'euc-kr' | 'gb18030';

interface Rule {
  isLead(byte: number): boolean;
  isTrail(byte: number): boolean;
  /** The characters of everyday text. Western letters, read as this encoding, are none of them. */
  isCommon(lead: number): boolean;
  /** The share of characters that only this encoding writes so, and how many characters must be there at least. */
  own: { is(lead: number, trail: number): boolean; share: number };
  minPairs: number;
}

const within = (from: number, to: number) => (byte: number) => byte >= from && byte <= to;
const isHigh = within(0xa1, 0xfe);
/** Punctuation, digits and Latin letters of full width in all the encodings that stand on ISO 2022. */
const isSymbol = within(0xa1, 0xa3);
const isKana = within(0xa4, 0xa5);

const RULES: Record<AsianEncoding, Rule> = {
  shift_jis: {
    isLead: (byte) => within(0x81, 0x9f)(byte) || within(0xe0, 0xfc)(byte),
    isTrail: (byte) => byte >= 0x40 && byte <= 0xfc && byte !== 0x7f,
    // Kana and the kanji of level 1: what Windows-1252 has there is a letter or two in a language, and quotation marks.
    isCommon: within(0x81, 0x9f),
    // Behind a quotation mark stands a letter, never another such byte.
    own: { is: (_lead, trail) => trail >= 0x80, share: 0.25 },
    minPairs: 2,
  },
  'euc-jp': {
    isLead: isHigh,
    isTrail: isHigh,
    isCommon: (lead) => isSymbol(lead) || isKana(lead) || within(0xb0, 0xcf)(lead),
    own: { is: isKana, share: 0.15 },
    minPairs: 2,
  },
  'euc-kr': {
    isLead: isHigh,
    isTrail: isHigh,
    isCommon: (lead) => isSymbol(lead) || within(0xb0, 0xc8)(lead),
    // Of Chinese characters no more than half stand in these rows.
    own: { is: (lead) => isSymbol(lead) || within(0xb0, 0xc8)(lead), share: 1 },
    minPairs: 8,
  },
  gb18030: {
    isLead: within(0x81, 0xfe),
    isTrail: (byte) => byte >= 0x40 && byte !== 0x7f && byte !== 0xff,
    // The characters of level 1, by their sounds; Cyrillic small letters stand behind them.
    isCommon: (lead) => isSymbol(lead) || within(0xb0, 0xd7)(lead),
    own: { is: (_lead, trail) => isHigh(trail), share: 0.9 },
    minPairs: 2,
  },
};

const MIN_SHARE = 0.8;

/**
 * Whether bytes that are no UTF-8 read as everyday text of an encoding: nearly all characters are common ones, and stand
 * side by side, as they do in words, where the accents of Western text stand between letters.
 */
export function looksLike(encoding: AsianEncoding, bytes: Uint8Array): boolean {
  const rule = RULES[encoding];
  const seen = { pairs: 0, common: 0, own: 0, neighbours: 0, others: 0 };
  const distinct = new Set<number>();
  let last = -2;
  for (let at = 0; at < bytes.length; at++) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = bytes[at + 1];
    // Cut in the middle of a character.
    if (trail === undefined) break;
    if (!rule.isLead(lead) || !rule.isTrail(trail)) {
      seen.others++;
      continue;
    }
    const hasNeighbour = last === at - 2 || (bytes[at + 2] ?? 0) >= 0x80;
    seen.pairs++;
    if (rule.isCommon(lead)) seen.common++;
    if (rule.own.is(lead, trail)) seen.own++;
    if (hasNeighbour) seen.neighbours++;
    if (distinct.size < 2) distinct.add(lead * 256 + trail);
    last = at++;
  }
  const all = seen.pairs + seen.others;
  const isPlausible = seen.common >= all * MIN_SHARE && seen.neighbours >= all * MIN_SHARE;
  return seen.pairs >= rule.minPairs && distinct.size > 1 && isPlausible && seen.own >= seen.pairs * rule.own.share;
}
