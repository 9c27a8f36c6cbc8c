import { addAbortSignal, Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import { hashing, type ByteRange } from '@granary/object-store';
import { SharedBody, type GrowingFileRoom, type ReaderPlace } from '@granary/spool';

const READ_BYTES = 256 * 1024;

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
interface Reader extends ReaderPlace {
  /** Of the last byte that is wanted. */
  readonly end: number;
  /** What comes next from where the archive is kept. */
  rest: AsyncIterator<Buffer> | null;
  abort: AbortController;
}

/**
 * One archive on its way: made once, read by all who ask for it meanwhile. It belongs to its readers: when the last one
 * leaves before it is done, it ends.
 */
export class ArchiveBuild {
  private facts: ArchiveFacts | null = null;
  private openKept: OpenRange | null = null;
  private readonly body: SharedBody;
  private readonly hash = hashing();
  private sha256 = '';
  private readonly owner = new AbortController();
  /** Resolves when the archive is made and kept, or is given up; never rejects. */
  readonly settled: Promise<void>;

  constructor(private readonly options: ArchiveBuildOptions) {
    this.body = new SharedBody(options.path, options.room);
    this.owner.signal.addEventListener('abort', () => this.body.giveUp(), { once: true });
    this.settled = this.run();
  }

  /** Whether a newcomer could read the archive from its first byte. */
  get isJoinable(): boolean {
    return this.body.isJoinable;
  }

  /** The whole archive, once it is made. */
  get finished(): Omit<FinishedArchive, 'path'> | null {
    if (!this.body.isComplete || !this.facts) return null;
    return { sizeBytes: this.body.totalBytes, sha256: this.sha256, facts: this.facts };
  }

  /**
   * The archive, or a range of a finished one. The caller must end or destroy the stream; it fails when the making does.
   * `isJoinable` must hold.
   */
  read(range: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER }): Readable {
    const { start: offset, end } = range;
    const reader: Reader = { offset, end, rest: null, abort: new AbortController() };
    this.body.join(reader);
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
      if (this.body.failure) throw this.body.failure;
      if (this.facts) return this.facts;
      await this.body.change();
    }
  }

  /** Ends the making; readers fail then. */
  stop(reason: Error): void {
    if (this.body.isRunning) this.owner.abort(reason);
    else this.body.fail(reason);
  }

  private leave(reader: Reader): void {
    reader.abort.abort(new Error('the reader has left'));
    if (!this.body.leave(reader)) return;
    if (!this.body.isInUse && this.body.isRunning) this.owner.abort(new Error('nobody reads it any more'));
  }

  private async next(reader: Reader): Promise<Buffer | null> {
    for (;;) {
      // Nothing may happen between these questions, or an archive could end before its last bytes.
      if (!this.body.has(reader)) throw new Error('the reader has left');
      if (this.body.failure) throw this.body.failure;
      if (reader.offset > reader.end) return null;
      if (reader.rest || this.openKept) return this.nextKept(reader);
      if (reader.offset < this.body.totalBytes) return this.nextHere(reader);
      if (this.body.isComplete) return null;
      await this.body.change();
    }
  }

  private async nextHere(reader: Reader): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, reader.end - reader.offset + 1));
    const sizeBytes = await this.body.take(reader, [buffer]);
    return buffer.subarray(0, sizeBytes);
  }

  /** The file went to where archives are kept: a slow reader goes on from there and holds no disk space here. */
  private async nextKept(reader: Reader): Promise<Buffer | null> {
    if (reader.offset >= this.body.totalBytes) return null;
    if (!reader.rest && this.openKept) {
      const range = { start: reader.offset, end: Math.min(reader.end, this.body.totalBytes - 1) };
      const stream = await this.openKept(range, reader.abort.signal);
      reader.rest = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    }
    const step = await reader.rest?.next();
    if (!step || step.done) throw new Error('a kept archive is shorter than it was');
    reader.offset += step.value.length;
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
      this.body.fail(this.owner.signal.aborted ? (this.owner.signal.reason as Error) : (error as Error));
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
      if (fitsFile) await this.body.createFile();
      this.facts = facts;
      this.body.announce();
      for await (const chunk of stream as AsyncIterable<Buffer>) await this.store(chunk);
      await this.body.flush();
      this.owner.signal.throwIfAborted();
      ({ sha256: this.sha256 } = await this.hash.finish());
    } finally {
      stream.destroy();
    }
    this.body.complete();
    const { sizeBytes, sha256 } = { sizeBytes: this.body.totalBytes, sha256: this.sha256 };
    const path = this.body.isInFile ? this.body.path : null;
    this.openKept = await this.options.keep({ sizeBytes, sha256, path, facts });
    this.body.announce();
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
    const timer = setTimeout(() => this.body.fail(late), this.options.maxMs);
    while (this.body.isInUse && this.body.isComplete) await this.body.change();
    clearTimeout(timer);
  }

  /** The hash goes on beside the disk. */
  private async store(chunk: Buffer): Promise<void> {
    const isHashing = this.hash.add(chunk);
    await this.body.append(chunk);
    await isHashing;
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
