import { escapedText, HtmlOutput } from '../html-output';
import { lineLimitOf, RenderingTooLarge, type Reduction, type Rendering } from '../rendering';
import { codeHtml, plainLines } from './code-lines';

const CHUNK_CHARACTERS = 1024;

/** A text without colours: in numbered lines, or, where those would be too much, as it is, as far as a page may go. */
export function plainRendering(text: string, reduction: Reduction | null): Rendering {
  const lines = plainLines(text);
  const lineCount = lines.length;
  try {
    return { html: codeHtml(lines, text), form: 'lines', lineCount, reduction, isCut: false };
  } catch (error) {
    if (!(error instanceof RenderingTooLarge)) throw error;
    return { ...beginningOf(text), form: 'plain', lineCount, reduction: reduction ?? 'too_large' };
  }
}

function beginningOf(text: string): { html: string; isCut: boolean } {
  const output = new HtmlOutput(lineLimitOf(text, 0));
  for (let at = 0; at < text.length;) {
    const end = at + CHUNK_CHARACTERS;
    // Never between the halves of a character.
    const next = /[\ud800-\udbff]/.test(text[end - 1] ?? '') ? end + 1 : end;
    try {
      output.push(escapedText(text.slice(at, next)));
    } catch (error) {
      if (!(error instanceof RenderingTooLarge)) throw error;
      return { html: output.toString(), isCut: true };
    }
    at = next;
  }
  return { html: output.toString(), isCut: false };
}
