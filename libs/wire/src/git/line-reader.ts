/** Walks over the lines of a text that may be cut: a last line without its line feed is not a line. */
export class LineReader {
  #at = 0;
  #line: string | null = null;

  constructor(private readonly text: string) {
    this.next();
  }

  /** The line under the reader without its line feed; null behind the last one. */
  get line(): string | null {
    return this.#line;
  }

  /** Whether the text ended inside a line. Known only when {@link line} is null. */
  get isCut(): boolean {
    return this.#line === null && this.#at < this.text.length;
  }

  next(): void {
    const end = this.text.indexOf('\n', this.#at);
    this.#line = end < 0 ? null : this.text.slice(this.#at, end);
    if (end >= 0) this.#at = end + 1;
  }
}
