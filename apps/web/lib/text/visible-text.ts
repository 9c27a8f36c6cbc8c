import { HIDDEN_CHARACTERS, HIDDEN_IN_NAME, hiddenLabel } from '@granary/api-contract';

/** Git knows names of any length; what a person could read, and a file system hold, is shorter. */
const MAX_NAME_CHARACTERS = 1000;

/**
 * A name on one line with every character that hides itself spelt out: a file called `a‮gpj.exe` shows what it is. Of a
 * very long one the beginning and the end, for that is where it has its ending.
 */
export function visibleName(name: string): string {
  return cutInside(name, MAX_NAME_CHARACTERS).replace(HIDDEN_IN_NAME, (character) => `⟨${hiddenLabel(character)}⟩`);
}

/** The first `most` characters of a text, and an ellipsis for others. */
export function cutBehind(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most).join('')}…` : text;
}

function cutInside(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text];
  if (characters.length <= most) return text;
  const tail = Math.floor(most / 4);
  return `${characters.slice(0, most - tail).join('')}…${characters.slice(-tail).join('')}`;
}

/** Text that reorders itself on the screen ("Trojan Source", CVE-2021-42574), where it is shown as it was written. */
export function hasBidiControls(text: string): boolean {
  return /\p{Bidi_Control}/u.test(text);
}

/** As {@link hasBidiControls}, where it is shown as prose. */
export function hasBidiOverrides(text: string): boolean {
  return /[\u202a-\u202e\u2066-\u2069]/.test(text);
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
