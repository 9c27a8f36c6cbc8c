/** Takes measured pieces off a stream of chunks, without copying where a piece lies inside one chunk. */
export class ByteReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.chunks = source[Symbol.asyncIterator]();
  }

  /**
   * The next `sizeBytes` bytes in one buffer.
   *
   * @throws Error when the source ends first.
   */
  async take(sizeBytes: number): Promise<Buffer> {
    if (this.held.length >= sizeBytes) return this.cut(sizeBytes);
    const pieces: Buffer[] = [];
    for (let left = sizeBytes; left > 0; left -= pieces.at(-1)?.length ?? 0) pieces.push(await this.takeUpTo(left));
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces, sizeBytes);
  }

  /**
   * As much as is at hand, at least one byte and at most `sizeBytes`.
   *
   * @throws Error when the source has ended.
   */
  async takeUpTo(sizeBytes: number): Promise<Buffer> {
    while (this.held.length === 0) {
      const next = await this.chunks.next();
      if (next.done) throw new Error('The stream ended too early.');
      this.held = next.value;
    }
    return this.cut(Math.min(sizeBytes, this.held.length));
  }

  async skip(sizeBytes: number): Promise<void> {
    for (let left = sizeBytes; left > 0;) left -= (await this.takeUpTo(left)).length;
  }

  /** Reads to the end of the source and forgets what it reads. */
  async drain(): Promise<void> {
    this.held = Buffer.alloc(0);
    while (!(await this.chunks.next()).done);
  }

  private cut(sizeBytes: number): Buffer {
    const piece = this.held.subarray(0, sizeBytes);
    this.held = this.held.subarray(sizeBytes);
    return piece;
  }
}
