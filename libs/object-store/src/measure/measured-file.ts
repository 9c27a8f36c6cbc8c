import type { HashThread } from './hash-thread';
import { HashedFile } from './hashed-file';
import { HashedHere } from './hashed-here';
import { SMALL_BYTES, type Measurement } from './measurement';

/** Measures a file that is written from its beginning: a small one here, a large one in the other thread. */
export class MeasuredFile {
  private readonly here = new HashedHere();
  private beside: HashedFile | null = null;
  private sizeBytes = 0;

  /** @param thread `null` where only this one is to work. */
  constructor(
    private readonly fd: number,
    private readonly thread: HashThread | null,
  ) {}

  /** The file ends with `chunks` now. */
  written(chunks: readonly Buffer[]): void {
    for (const { length } of chunks) this.sizeBytes += length;
    // What was hashed here until then is hashed once more: less than the thread is handed at a time.
    if (this.thread && this.sizeBytes > SMALL_BYTES) this.beside ??= new HashedFile(this.thread, this.fd);
    if (this.beside) this.beside.reach(this.sizeBytes);
    else for (const chunk of chunks) void this.here.add(chunk);
  }

  async finish(): Promise<Measurement> {
    const { sizeBytes } = this;
    const digests = await (this.beside?.finish(sizeBytes) ?? this.here.finish());
    return { sizeBytes, ...digests };
  }

  /** Resolves when the file may be closed; also after `finish`. */
  async drop(): Promise<void> {
    await this.beside?.drop();
  }
}
