import { escapedText, HtmlOutput } from '../html-output';
import { lineLimitOf } from '../rendering';
import { classOf } from './scope-classes';

/** A run of text of one kind; `scope` is highlight.js's class (`hljs-keyword`), null for plain text. */
export interface Token {
  text: string;
  scope: string | null;
}
export type CodeLine = Token[];

/** Colours cost about a millisecond a KiB: large files go without. */
export const HIGHLIGHT_LIMIT_CHARACTERS = 128 * 1024;

/** What is shown of a text: carriage returns before line feeds are not, and the last line feed begins no line. */
export function shownText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(/\n$/, '');
}

/** Cuts tokens at line feeds: a comment over three lines becomes three tokens. The last line may be empty. */
export function splitLines(tokens: Iterable<Token>): CodeLine[] {
  let line: CodeLine = [];
  const lines = [line];
  for (const { text, scope } of tokens) {
    text.split('\n').forEach((part, index) => {
      if (index > 0) lines.push((line = []));
      if (part !== '') line.push({ text: part, scope });
    });
  }
  return lines;
}

/** As many lines as `wc -l` counts, and one more when the last lacks its line feed. */
export function plainLines(text: string): CodeLine[] {
  return text === '' ? [] : splitLines([{ text: shownText(text), scope: null }]);
}

/**
 * Numbered lines, each with a link to itself; the numbers are counted by CSS. Attributes have no quotes and classes one
 * letter: code is full of short words, and a page is to stay near the size of its text.
 *
 * @param text what the lines were made from.
 * @throws RenderingTooLarge
 */
export function codeHtml(lines: readonly CodeLine[], text: string): string {
  const output = new HtmlOutput(lineLimitOf(text, lines.length));
  lines.forEach((line, index) => {
    const number = index + 1;
    output.push(`<span id=L${number}><a href=#L${number} aria-hidden=true tabindex=-1></a>`);
    for (const { text, colour } of runsOf(line)) {
      output.push(colour === null ? escapedText(text) : `<i class=${colour}>${escapedText(text)}</i>`);
    }
    output.push(line.length === 0 ? '\n</span>' : '</span>');
  });
  return output.toString();
}

/** Neighbours of one colour are one run. */
function runsOf(line: CodeLine): { text: string; colour: string | null }[] {
  const runs: { text: string; colour: string | null }[] = [];
  for (const { text, scope } of line) {
    const colour = classOf(scope);
    const last = runs.at(-1);
    if (last?.colour === colour) last.text += text;
    else runs.push({ text, colour });
  }
  return runs;
}
