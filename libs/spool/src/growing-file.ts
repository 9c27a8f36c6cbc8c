import { open, rm, type FileHandle } from 'node:fs/promises';

/** Who grants the bytes of a file. */
export interface GrowingFileRoom {
  /** Whether a file of `fileBytes` may grow by `moreBytes`, which are then taken. */
  take(fileBytes: number, moreBytes: number): boolean;
  giveBack(sizeBytes: number): void;
}

/**
 * Bytes that are being made, as far as they are known: in a file, and behind it, once that may not grow any more, in memory
 * until they are forgotten.
 */
export class GrowingFile {
  private file: FileHandle | null = null;
  private fileSizeBytes = 0;
  /** Follow the file without a gap. */
  private held: { offset: number; chunk: Buffer }[] = [];
  private isCountedOff = false;
  /** Some bytes are not in the file: who comes now would miss them. */
  isPassing = false;
  /** In the file and behind it. */
  totalBytes = 0;

  constructor(
    /** Must not exist. */
    readonly path: string,
    private readonly room: GrowingFileRoom,
  ) {}

  get fileBytes(): number {
    return this.fileSizeBytes;
  }

  /** Where no file can be made, everything passes through memory. */
  async create(): Promise<void> {
    this.file = await open(this.path, 'wx+', 0o600).catch(() => null);
  }

  /** The caller has given the file's bytes back: later ones must not be counted. */
  countOff(): void {
    this.isCountedOff = true;
  }

  async append(chunks: Buffer[], sizeBytes: number): Promise<void> {
    this.isPassing ||= !(await this.write(chunks, sizeBytes));
    if (this.isPassing) this.hold(chunks);
    this.totalBytes += sizeBytes;
  }

  /**
   * Copies the bytes from `at` on, which must be below `totalBytes`, into `buffers`, one after another.
   * @returns how many: at least one.
   */
  async copy(at: number, buffers: readonly Buffer[]): Promise<number> {
    if (at >= this.fileSizeBytes) return this.copyHeld(at, buffers);
    this.file ??= await open(this.path, 'r');
    const { bytesRead } = await this.file.readv(within(buffers, this.fileSizeBytes - at), at);
    if (bytesRead === 0) throw new Error('a cached file is shorter than it was');
    return bytesRead;
  }

  /** Lets go of what is held before `offset`. @returns how many bytes are held behind it. */
  forget(before: number): number {
    this.held = this.held.filter(({ offset, chunk }) => offset + chunk.length > before);
    return this.totalBytes - Math.max(before, this.fileSizeBytes);
  }

  /** Gives the file's descriptor back; to be called while nobody reads. */
  async rest(): Promise<void> {
    const file = this.file;
    this.file = null;
    await file?.close();
  }

  async remove(): Promise<void> {
    await this.rest();
    await rm(this.path, { force: true });
  }

  /** @returns false when the file may not or cannot grow: the chunks are then not in it. */
  private async write(chunks: Buffer[], sizeBytes: number): Promise<boolean> {
    if (this.isPassing || !this.file || !this.room.take(this.fileSizeBytes, sizeBytes)) return false;
    try {
      const { bytesWritten } = await this.file.writev(chunks, this.fileSizeBytes);
      // A disk that takes a part only is full.
      if (bytesWritten !== sizeBytes) throw new Error('a file was written in part');
    } catch {
      // Reading must work all the same.
      this.room.giveBack(sizeBytes);
      return false;
    }
    if (this.isCountedOff) this.room.giveBack(sizeBytes);
    else this.fileSizeBytes += sizeBytes;
    return true;
  }

  private hold(chunks: readonly Buffer[]): void {
    let offset = this.totalBytes;
    for (const chunk of chunks) {
      this.held.push({ offset, chunk });
      offset += chunk.length;
    }
  }

  private copyHeld(at: number, buffers: readonly Buffer[]): number {
    const found = this.held.find(({ offset, chunk }) => at >= offset && at < offset + chunk.length);
    if (!found) throw new Error('a part was dropped before it was read');
    let start = at - found.offset;
    for (const buffer of buffers) start += found.chunk.copy(buffer, 0, start);
    return start - (at - found.offset);
  }
}

/** The part of `buffers` that holds `sizeBytes`. */
function within(buffers: readonly Buffer[], sizeBytes: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, left = sizeBytes; at < buffers.length && left > 0; at++) {
    const part = (buffers[at] as Buffer).subarray(0, left);
    parts.push(part);
    left -= part.length;
  }
  return parts;
}
