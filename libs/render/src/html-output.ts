import { HIDDEN_CHARACTERS, hiddenLabel } from '@granary/api-contract';
import { RenderingTooLarge } from './rendering';

const MARKUP = /[&<>]/g;
const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text between tags, in which nothing hides: control characters and reordering marks are spelt out. */
export function escapedText(text: string): string {
  return text
    .replace(MARKUP, (character) => ESCAPES[character] ?? '')
    .replace(HIDDEN_CHARACTERS, (character) => `<span class=hidden-character>${hiddenLabel(character)}</span>`);
}

/** HTML that grows up to a limit. */
export class HtmlOutput {
  private readonly parts: string[] = [];
  private characters = 0;

  constructor(private readonly limit: number) {}

  /** @throws RenderingTooLarge */
  push(html: string): void {
    this.characters += html.length;
    if (this.characters > this.limit) throw new RenderingTooLarge();
    this.parts.push(html);
  }

  toString(): string {
    return this.parts.join('');
  }
}
