// C0, DEL, C1, what can reorder a line on a terminal, and what ends one where nobody sees it.
const CONTROLS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** `text` with each control character replaced by U+FFFD: names from users are never printed raw. */
export function visible(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}
