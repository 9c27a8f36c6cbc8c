import { EventEmitter, once } from 'node:events';
import { addAbortSignal, Readable } from 'node:stream';
import { GrowingFile, type GrowingFileRoom } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { hashing, type ByteRange } from '@granary/object-store';

const READ_BYTES = 256 * 1024;
/** What may be held in memory of an archive that has no file, or whose file may not grow. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;
/** Until whoever makes the archive has to wait for the disk. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024;

/** What is known of an archive before its first byte. */
export interface ArchiveFacts {
  /** Whether the same address gives the same bytes tomorrow. */
  isRepeatable: boolean;
  /** Pointers that stay because their objects are not there. */
  missingLfsFiles: number;
}

export interface StartedArchive {
  facts: ArchiveFacts;
  stream: Readable;
  /** False where it is known beforehand that a file would not do. */
  fitsFile: boolean;
}

export interface FinishedArchive {
  sizeBytes: number;
  /** Hex. */
  sha256: string;
  /** The file that holds all of it; `null` where none does. */
  path: string | null;
  facts: ArchiveFacts;
}

/** Opens a range of a kept archive. */
export type OpenRange = (range: ByteRange, signal?: AbortSignal) => Promise<Readable>;

export interface ArchiveBuildOptions {
  /** Of the file; must not exist. */
  path: string;
  room: GrowingFileRoom;
  /** Runs the work in its turn. */
  inTurn(work: () => Promise<void>, signal: AbortSignal): Promise<void>;
  start(signal: AbortSignal): Promise<StartedArchive>;
  /** Takes the file over where the archive is to be kept. */
  keep(archive: FinishedArchive): Promise<OpenRange | null>;
  /** For the making, and once more for readers of what is not kept. */
  maxMs: number;
  /** Nothing more comes of it for newcomers. */
  onSettled(): void;
}

/** One that reads a build, at its own speed. */
interface Reader extends ByteRange {
  /** What comes next from where the archive is kept. */
  rest: AsyncIterator<Buffer> | null;
  abort: AbortController;
}

/**
 * One archive on its way: made once, read by all who ask for it meanwhile, each at its own speed. It runs ahead of its
 * readers into a file; where that must not grow it goes on at the speed of the slowest, and nobody may join any more.
 * It belongs to its readers: when the last one leaves before it is done, it ends.
 */
export class ArchiveBuild {
  private state: 'running' | 'complete' | 'failed' = 'running';
  private failure: Error | null = null;
  private facts: ArchiveFacts | null = null;
  private openKept: OpenRange | null = null;
  private readonly body: GrowingFile;
  private readonly hash = hashing();
  private sha256 = '';
  private readonly readers = new Set<Reader>();
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | null = null;
  private readonly moved = new EventEmitter().setMaxListeners(0);
  private readonly owner = new AbortController();
  /** Resolves when the archive is made and kept, or is given up; never rejects. */
  readonly settled: Promise<void>;

  constructor(private readonly options: ArchiveBuildOptions) {
    this.body = new GrowingFile(options.path, options.room);
    this.settled = this.run();
  }

  /** Whether a newcomer could read the archive from its first byte. */
  get isJoinable(): boolean {
    return this.state !== 'failed' && !this.body.isPassing && !this.owner.signal.aborted;
  }

  /** The whole archive, once it is made. */
  get finished(): Omit<FinishedArchive, 'path'> | null {
    if (this.state !== 'complete' || !this.facts) return null;
    return { sizeBytes: this.body.totalBytes, sha256: this.sha256, facts: this.facts };
  }

  /**
   * The archive, or a range of a finished one. The caller must end or destroy the stream; it fails when the making does.
   * `isJoinable` must hold.
   */
  read(range: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER }): Readable {
    const reader: Reader = { ...range, rest: null, abort: new AbortController() };
    this.readers.add(reader);
    return new ReaderStream(
      () => this.next(reader),
      () => this.leave(reader),
    );
  }

  /**
   * Waits until the archive is known to be whole and its first bytes are on their way.
   *
   * @throws whatever keeps it from being made.
   */
  async begun(): Promise<ArchiveFacts> {
    for (;;) {
      if (this.failure) throw this.failure;
      if (this.facts) return this.facts;
      await once(this.moved, 'moved');
    }
  }

  /** Ends the making; readers fail then. */
  stop(reason: Error): void {
    if (this.state === 'running') this.owner.abort(reason);
    else this.fail(reason);
  }

  private leave(reader: Reader): void {
    reader.abort.abort(new Error('the reader has left'));
    if (!this.readers.delete(reader)) return;
    this.moved.emit('moved');
    if (this.readers.size === 0 && this.state === 'running') this.owner.abort(new Error('nobody reads it any more'));
  }

  private async next(reader: Reader): Promise<Buffer | null> {
    for (;;) {
      // Nothing may happen between these questions, or an archive could end before its last bytes.
      if (!this.readers.has(reader)) throw new Error('the reader has left');
      if (this.failure) throw this.failure;
      if (reader.start > reader.end) return null;
      if (reader.rest || this.openKept) return this.nextKept(reader);
      if (reader.start < this.body.totalBytes) return this.nextHere(reader);
      if (this.state === 'complete') return null;
      await once(this.moved, 'moved');
    }
  }

  private async nextHere(reader: Reader): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, reader.end - reader.start + 1));
    const sizeBytes = await this.body.copy(reader.start, [buffer]);
    reader.start += sizeBytes;
    if (this.body.isPassing) this.moved.emit('moved');
    return buffer.subarray(0, sizeBytes);
  }

  /** The file went to where archives are kept: a slow reader goes on from there and holds no disk space here. */
  private async nextKept(reader: Reader): Promise<Buffer | null> {
    if (reader.start >= this.body.totalBytes) return null;
    if (!reader.rest && this.openKept) {
      const range = { start: reader.start, end: Math.min(reader.end, this.body.totalBytes - 1) };
      const stream = await this.openKept(range, reader.abort.signal);
      reader.rest = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    }
    const step = await reader.rest?.next();
    if (!step || step.done) throw new Error('a kept archive is shorter than it was');
    reader.start += step.value.length;
    return step.value;
  }

  private async run(): Promise<void> {
    const { maxMs, inTurn } = this.options;
    const minutes = Math.round(maxMs / 60_000);
    const tooSlow = new DomainError('unavailable', `This archive was not made within ${minutes} minutes.`, {
      hint: 'Ask for a part of it with ?path=, or clone the repository.',
    });
    const timer = setTimeout(() => this.owner.abort(tooSlow), maxMs);
    try {
      await inTurn(() => this.make(), this.owner.signal);
    } catch (error) {
      this.fail(this.owner.signal.aborted ? (this.owner.signal.reason as Error) : (error as Error));
    }
    clearTimeout(timer);
    this.hash.drop();
    this.options.onSettled();
    if (!this.openKept) await this.linger();
    await this.body.remove();
    this.options.room.giveBack(this.body.fileBytes);
  }

  private async make(): Promise<void> {
    const { facts, stream, fitsFile } = await this.started();
    // A source that hears no signal would keep whoever waits for its next bytes.
    addAbortSignal(this.owner.signal, stream);
    try {
      if (fitsFile) await this.body.create();
      this.facts = facts;
      this.moved.emit('moved');
      for await (const chunk of stream as AsyncIterable<Buffer>) await this.store(chunk);
      await this.writing;
      this.owner.signal.throwIfAborted();
      ({ sha256: this.sha256 } = await this.hash.finish());
    } finally {
      stream.destroy();
    }
    this.state = 'complete';
    this.moved.emit('moved');
    const { sizeBytes, sha256 } = { sizeBytes: this.body.totalBytes, sha256: this.sha256 };
    const path = this.body.isPassing ? null : this.options.path;
    this.openKept = await this.options.keep({ sizeBytes, sha256, path, facts });
    this.moved.emit('moved');
  }

  /** What begins after the end has come is ended at once, and not waited for. */
  private async started(): Promise<StartedArchive> {
    const { signal } = this.owner;
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const give = () => reject(signal.reason as Error);
      signal.addEventListener('abort', give, { once: true });
      this.options.start(signal).then((archive) => {
        signal.removeEventListener('abort', give);
        if (signal.aborted) archive.stream.on('error', () => undefined).destroy();
        else resolve(archive);
      }, reject);
    });
  }

  /** Those who still read what is not kept may do so for a while. */
  private async linger(): Promise<void> {
    const late = new Error('an archive was read too slowly');
    const timer = setTimeout(() => this.fail(late), this.options.maxMs);
    while (this.readers.size > 0 && this.state === 'complete') await once(this.moved, 'moved');
    clearTimeout(timer);
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.state = 'failed';
    this.moved.emit('moved');
  }

  /** Takes a chunk while earlier ones are still being written. */
  private async store(chunk: Buffer): Promise<void> {
    const isHashing = this.hash.add(chunk);
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    this.writing ??= this.write();
    await isHashing;
    if (this.waitingBytes > MAX_WAITING_BYTES || this.body.isPassing) await this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const chunks = this.waiting;
      const sizeBytes = this.waitingBytes;
      [this.waiting, this.waitingBytes] = [[], 0];
      await this.body.append(chunks, sizeBytes);
      this.moved.emit('moved');
      if (this.body.isPassing) await this.waitForReaders();
    }
    // In the same breath as the last look: a chunk that comes now must start another.
    this.writing = null;
  }

  private async waitForReaders(): Promise<void> {
    for (;;) {
      const slowest = Math.min(this.body.totalBytes, ...[...this.readers].map(({ start }) => start));
      if (this.body.forget(slowest) <= MAX_HELD_BYTES || this.owner.signal.aborted) return;
      await once(this.moved, 'moved', { signal: this.owner.signal }).catch(() => undefined);
    }
  }
}

/** Destroying it reaches whoever waits for the next bytes: `Readable.from` would wait for them itself. */
class ReaderStream extends Readable {
  constructor(
    private readonly next: () => Promise<Buffer | null>,
    private readonly leave: () => void,
  ) {
    super({ highWaterMark: READ_BYTES });
  }

  override _read(): void {
    this.next().then(
      (chunk) => this.push(chunk),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.leave();
    callback(error);
  }
}
