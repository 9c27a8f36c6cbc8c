import { RenderingTooLarge, type Rendering } from '../rendering';
import { codeHtml, shownText } from './code-lines';
import { highlightLines } from './highlight';
import { plainRendering } from './plain-rendering';

/** A file's coloured lines, or its plain ones where colours would make too much of them. */
export function codeRendering(text: string, path: string): Rendering {
  const lines = highlightLines(shownText(text), path);
  try {
    return { html: codeHtml(lines, text), form: 'lines', lineCount: lines.length, reduction: null, isCut: false };
  } catch (error) {
    if (error instanceof RenderingTooLarge) return plainRendering(text, 'too_large');
    throw error;
  }
}
