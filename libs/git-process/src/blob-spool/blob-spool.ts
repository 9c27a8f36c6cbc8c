import { Readable } from 'node:stream';
import type { GitHome } from '../home/git-home';
import { FairSemaphore, type Claimant } from '../limits/fair-semaphore';
import { PackCache } from '../pack-cache/pack-cache';
import type { PackCursor } from '../pack-cache/pack-entry';
import type { PackRequest } from '../pack-cache/pack-request';

export interface BlobSpoolOptions {
  /** Of the spool alone; processes that share it each have a directory of their own below it. */
  directory: string;
  /** What all blobs may take together; one may take half of it, and a bigger one is read at its reader's speed. */
  maxBytes: number;
  /** How many git processes may read blobs at once. */
  maxProcesses?: number;
}

export interface SpooledBlob {
  /** Absolute path of the bare repository. Who may read it is decided before. */
  repositoryPath: string;
  /** Of a blob, known to be one. */
  oid: string;
}

export interface BlobReading {
  claimant: Claimant;
  /** Inclusive; must lie within the blob. All of it when left out. */
  range?: { start: number; end: number };
  /** Fires when the reader has left. */
  signal?: AbortSignal;
}

const MAX_PROCESSES = 8;
const QUEUE_FACTOR = 8;
const MAX_WAIT_MS = 10_000;
/** A reader holds one of these while its client does not read. */
const CHUNK_BYTES = 64 * 1024;
/** It is a spool, no cache: objects that were deleted must not live on here. */
const MAX_IDLE_MS = 60_000;

/**
 * Large blobs on their way to clients. Git writes each into a file once, as fast as the disk takes it, and any number of
 * readers follow: a reader that is slow, or reads nothing at all, holds no process.
 */
export class BlobSpool {
  private readonly places: FairSemaphore;
  /** Who asks for a blob that somebody waits for already waits with them. */
  private readonly opening = new Map<string, Promise<PackCursor>>();

  private constructor(
    private readonly files: PackCache,
    { maxProcesses = MAX_PROCESSES }: BlobSpoolOptions,
  ) {
    const maxQueued = QUEUE_FACTOR * maxProcesses;
    this.places = new FairSemaphore({ permits: maxProcesses, maxQueued, maxWaitMs: MAX_WAIT_MS });
  }

  static async open(home: GitHome, options: BlobSpoolOptions): Promise<BlobSpool> {
    const { directory, maxBytes } = options;
    return new BlobSpool(await PackCache.open(home, { directory, maxBytes, maxIdleMs: MAX_IDLE_MS }), options);
  }

  /**
   * The blob, or a part of it. The stream fails when git does.
   * @throws DomainError `unavailable` with `retryAfterSeconds` when too many blobs are being read.
   */
  async read(blob: SpooledBlob, { claimant, range, signal }: BlobReading): Promise<Readable> {
    const cursor = await this.join(blob, claimant, signal);
    cursor.offset = range?.start ?? 0;
    const bytes = chunksOf(cursor, range ? range.end + 1 : Number.POSITIVE_INFINITY);
    const stream = Readable.from(bytes, { objectMode: false, highWaterMark: CHUNK_BYTES });
    // Also where the loop waits for git, or was never begun.
    stream.once('close', () => cursor.leave());
    return stream;
  }

  /** As {@link FairSemaphore.close}. */
  refuseWaiters(): void {
    this.places.close();
  }

  /** Ends every git and removes every file. */
  close(): Promise<void> {
    return this.files.close();
  }

  private async join(blob: SpooledBlob, claimant: Claimant, signal?: AbortSignal): Promise<PackCursor> {
    const request = { args: ['cat-file', 'blob', blob.oid], revisions: Buffer.alloc(0) };
    if (this.files.has(blob.repositoryPath, request)) return this.files.join(blob.repositoryPath, request);
    // Nobody who has signed in waits for a stranger's turn.
    const key = `${claimant.isSignedIn} ${blob.oid} ${blob.repositoryPath}`;
    const others = this.opening.get(key);
    if (others) {
      // Theirs may be one that nobody can join, or their turn may never have come: then there is one of our own.
      await others.catch(() => undefined);
      signal?.throwIfAborted();
      return this.join(blob, claimant, signal);
    }
    const opening = this.begin(blob.repositoryPath, request, { claimant, signal });
    this.opening.set(key, opening);
    return opening.finally(() => this.opening.delete(key));
  }

  /** In its turn; the place is held as long as git runs. */
  private async begin(repositoryPath: string, request: PackRequest, { claimant, signal }: BlobReading) {
    const leave = await this.places.enter(claimant, signal);
    const cursor = this.files.join(repositoryPath, request);
    void cursor.entry.settled.then(leave);
    return cursor;
  }
}

async function* chunksOf(cursor: PackCursor, end: number): AsyncGenerator<Buffer> {
  try {
    while (cursor.offset < end) {
      const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - cursor.offset));
      const sizeBytes = await cursor.fill([chunk]);
      if (sizeBytes === 0) return;
      yield chunk.subarray(0, sizeBytes);
    }
  } finally {
    cursor.leave();
  }
}
