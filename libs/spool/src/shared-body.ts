import { EventEmitter, once } from 'node:events';
import { GrowingFile, type GrowingFileRoom } from './growing-file';

/** Until whoever makes the bytes has to wait for the disk. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024;
/** What may be held in memory of a body that has no file, or whose file may not grow. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

/** How far a reader is. */
export interface ReaderPlace {
  /** Of the first byte that is not yet read. */
  offset: number;
}

/**
 * Bytes that are made once and read by any number of readers meanwhile, each at its own speed. They go into a file;
 * where that may not grow, what comes behind it passes through memory at the speed of the slowest reader, and nobody
 * may join any more.
 */
export class SharedBody {
  private state: 'running' | 'complete' | 'failed' = 'running';
  private error: Error | null = null;
  private isGivenUp = false;
  private readonly file: GrowingFile;
  private readonly places = new Set<ReaderPlace>();
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | null = null;
  private readonly moved = new EventEmitter().setMaxListeners(0);

  /** @param path of the file; must not exist. */
  constructor(path: string, room: GrowingFileRoom) {
    this.file = new GrowingFile(path, room);
  }

  get path(): string {
    return this.file.path;
  }

  /** So far. */
  get totalBytes(): number {
    return this.file.totalBytes;
  }

  get fileBytes(): number {
    return this.file.fileBytes;
  }

  /** Whether every byte so far is in the file. */
  get isInFile(): boolean {
    return !this.file.isPassing;
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  get isComplete(): boolean {
    return this.state === 'complete';
  }

  get failure(): Error | null {
    return this.error;
  }

  get isInUse(): boolean {
    return this.places.size > 0;
  }

  /** Whether a newcomer could read it from its first byte. */
  get isJoinable(): boolean {
    return this.state !== 'failed' && this.isInFile && !this.isGivenUp;
  }

  /** Makes the file. Without it, or where none can be made, everything passes through memory. */
  createFile(): Promise<void> {
    return this.file.create();
  }

  /** Keeps every byte from `place` on until it is left. */
  join(place: ReaderPlace): void {
    this.places.add(place);
  }

  has(place: ReaderPlace): boolean {
    return this.places.has(place);
  }

  /** @returns false when it was left before. */
  leave(place: ReaderPlace): boolean {
    const wasThere = this.places.delete(place);
    this.announce();
    return wasThere;
  }

  /** Takes a chunk while earlier ones are still being written; resolves when the next one may come. */
  async append(chunk: Buffer): Promise<void> {
    if (this.isGivenUp) return;
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    this.writing ??= this.write();
    if (this.waitingBytes > MAX_WAITING_BYTES || this.file.isPassing) await this.writing;
  }

  /** Resolves when all that was appended can be read. */
  async flush(): Promise<void> {
    await this.writing;
  }

  complete(): void {
    this.state = 'complete';
    this.announce();
  }

  /** Readers fail with the first `error` from now on. */
  fail(error: Error): void {
    this.error ??= error;
    this.state = 'failed';
    this.announce();
  }

  /** Nobody needs what is still to come: nothing more is taken, nobody is waited for, and nobody may join. */
  giveUp(): void {
    this.isGivenUp = true;
    this.announce();
  }

  /** The caller gives the file's bytes back to the room: later ones are not counted. */
  countOff(): void {
    this.file.countOff();
  }

  /** Tells all who wait in {@link change} to look again. */
  announce(): void {
    this.moved.emit('moved');
  }

  /** Resolves when there are more bytes, a reader left, or the end came. */
  async change(): Promise<void> {
    await once(this.moved, 'moved');
  }

  /**
   * Fills `buffers` one after another with what is there at `place`, which must be below `totalBytes`, and moves it.
   * @returns how many bytes: at least one.
   */
  async take(place: ReaderPlace, buffers: readonly Buffer[]): Promise<number> {
    const sizeBytes = await this.file.copy(place.offset, buffers);
    place.offset += sizeBytes;
    if (this.file.isPassing) this.announce();
    return sizeBytes;
  }

  /** As {@link take}, but waits for the first byte. @returns 0 at the end. @throws what {@link fail} was given. */
  async fill(place: ReaderPlace, buffers: readonly Buffer[]): Promise<number> {
    for (;;) {
      // Nothing may happen between these questions, or a body could end before its last bytes.
      if (place.offset < this.totalBytes) return this.take(place, buffers);
      if (this.error) throw this.error;
      if (this.isComplete) return 0;
      await this.change();
    }
  }

  /** Gives the file's descriptor back; to be called while nobody reads. */
  rest(): Promise<void> {
    return this.file.rest();
  }

  /** Removes the file; to be called when nobody reads from it. */
  remove(): Promise<void> {
    return this.file.remove();
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const chunks = this.waiting;
      const sizeBytes = this.waitingBytes;
      [this.waiting, this.waitingBytes] = [[], 0];
      await this.file.append(chunks, sizeBytes);
      this.announce();
      if (this.file.isPassing) await this.waitForReaders();
    }
    // In the same breath as the last look: a chunk that comes now must start another.
    this.writing = null;
  }

  private async waitForReaders(): Promise<void> {
    for (;;) {
      const slowest = Math.min(this.totalBytes, ...[...this.places].map(({ offset }) => offset));
      if (this.file.forget(slowest) <= MAX_HELD_BYTES || this.isGivenUp) return;
      await this.change();
    }
  }
}
