import { HIDDEN_CHARACTERS, hiddenLabel } from '@granary/api-contract';

// eslint-disable-next-line no-control-regex
const HIDDEN_IN_NAME = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** A name on one line with every character that hides itself spelt out: a file called `a‮gpj.exe` shows what it is. */
export function visibleName(name: string): string {
  return name.replace(HIDDEN_IN_NAME, (character) => `⟨${hiddenLabel(character)}⟩`);
}

/** Text that reorders itself on the screen ("Trojan Source", CVE-2021-42574). */
export function hasBidiControls(text: string): boolean {
  return BIDI.test(text);
}

export type TextPiece = { kind: 'text'; text: string } | { kind: 'hidden'; label: string };

/** Splits a line of code where a character hides itself, so that it can be drawn as a mark. */
export function splitHidden(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(HIDDEN_CHARACTERS)) {
    if (match.index > end) pieces.push({ kind: 'text', text: text.slice(end, match.index) });
    pieces.push({ kind: 'hidden', label: hiddenLabel(match[0]) });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) });
  return pieces;
}
