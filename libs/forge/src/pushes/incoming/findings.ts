import { visible } from '@granary/kernel';

const SHOWN = 20;

/** Things of one kind that were found: how many, and the first of them. */
export class Findings {
  private readonly shown = new Set<string>();
  count = 0;

  /** The same line twice counts once, as long as it is among those shown. */
  add(line: string): void {
    const text = visible(line);
    if (this.shown.has(text)) return;
    this.count++;
    if (this.shown.size < SHOWN) this.shown.add(text);
  }

  /** An indented line for each of the first 20, and how many more there are. */
  lines(): string[] {
    const more = this.count - this.shown.size;
    return [...this.shown].map((line) => `  ${line}`).concat(more > 0 ? [`  and ${more} more`] : []);
  }

  /** What was found, without the lines. */
  samples(): string[] {
    return [...this.shown];
  }
}
