// C0, DEL, C1, what can reorder a line on a terminal, and what ends one where nobody sees it.
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
const ASCII_CONTROLS = /(?![\u0080-\u009f])\p{Cc}/gu;
const CONTROLS = /\p{Cc}/u;

/** Whether `text` holds a control character of ASCII: what no command line and no path of ours may hold. */
export function hasAsciiControls(text: string): boolean {
  return text.search(ASCII_CONTROLS) >= 0;
}

/** Whether `text` holds a control character, those of Latin-1 among them (U+0080 to U+009F). */
export function hasControls(text: string): boolean {
  return CONTROLS.test(text);
}

export function withoutAsciiControls(text: string): string {
  return text.replace(ASCII_CONTROLS, '');
}

/** `text` with `substitute` for each control character, and for whatever else reorders or ends a line. */
export function replaceHidden(text: string, substitute: string): string {
  return text.replace(HIDDEN, substitute);
}

/** `text` with each of them replaced by U+FFFD: names from users are never printed raw. */
export function visible(text: string): string {
  return replaceHidden(text, '\ufffd');
}
