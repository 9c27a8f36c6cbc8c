import { addAbortSignal, PassThrough, pipeline, type Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { PlannedLfsFile } from './plan/archive-plan';

/** Objects are opened ahead only while this much LFS content lies before them: an idle download would time out. */
const AHEAD_BYTES = 32 * 1024 * 1024;
const AHEAD_OBJECTS = 4;
/** What is read of each of them before its turn. */
const HELD_BYTES = 4 * 1024 * 1024;
const WRITE_BYTES = 64 * 1024;

export interface LfsFeedItem {
  file: PlannedLfsFile;
  content: AsyncIterable<Buffer>;
}

/**
 * Gives the LFS contents of an archive in its order, and reads the next few objects before they are needed, side by
 * side, so that the store's latency is paid once and not once an object. `signal` ends all of it.
 */
export class LfsFeed {
  private readonly indexes: Map<string, number>;
  private readonly opened = new Map<number, Promise<Readable>>();

  constructor(
    private readonly files: readonly PlannedLfsFile[],
    private readonly signal: AbortSignal,
  ) {
    this.indexes = new Map(files.map((file, index) => [file.path, index]));
  }

  /** The planned file at `path` (bytes as latin1), or `null` when that path is not planned. */
  find(path: string): LfsFeedItem | null {
    const index = this.indexes.get(path);
    const file = index === undefined ? undefined : this.files[index];
    return index === undefined || file === undefined ? null : { file, content: this.content(index, file) };
  }

  /** @throws Error when the stream is not the object: another length or another CRC-32. */
  private async *content(index: number, file: PlannedLfsFile): AsyncGenerator<Buffer> {
    const stream = await (this.opened.get(index) ?? openUnlessAborted(file, this.signal));
    this.opened.delete(index);
    let leftBytes = file.sizeBytes;
    let crc = 0;
    this.openAhead(index + 1, leftBytes);
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      leftBytes -= chunk.length;
      if (leftBytes < 0) throw new Error(`LFS object ${file.oid} is longer than it should be.`);
      if (file.crc32 !== null) crc = crc32(chunk, crc);
      this.openAhead(index + 1, leftBytes);
      yield chunk;
    }
    if (leftBytes > 0) throw new Error(`LFS object ${file.oid} ended ${leftBytes} bytes too early.`);
    if (file.crc32 !== null && crc !== file.crc32) throw new Error(`LFS object ${file.oid} has another CRC-32.`);
  }

  private openAhead(first: number, beforeBytes: number): void {
    let distanceBytes = beforeBytes;
    for (let index = first; index < first + AHEAD_OBJECTS && distanceBytes <= AHEAD_BYTES; index++) {
      const file = this.files[index];
      if (file === undefined) return;
      if (!this.opened.has(index)) {
        const held = openUnlessAborted(file, this.signal).then((stream) => readAhead(stream, this.signal));
        // A failure is met only in its turn.
        held.catch(() => undefined);
        this.opened.set(index, held);
      }
      distanceBytes += file.sizeBytes;
    }
  }
}

/** Goes on reading until a few MiB are held. */
function readAhead(stream: Readable, signal: AbortSignal): Readable {
  const held = new PassThrough({ readableHighWaterMark: HELD_BYTES, writableHighWaterMark: WRITE_BYTES });
  held.on('error', () => undefined);
  return addAbortSignal(
    signal,
    pipeline(stream, held, () => undefined),
  );
}

/** Settles when the signal fires, even where the store does not listen to it; a stream that comes too late is closed. */
async function openUnlessAborted(file: PlannedLfsFile, signal: AbortSignal): Promise<Readable> {
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  const opening = file.open(signal).then((stream) => {
    stream.on('error', () => undefined);
    return addAbortSignal(signal, stream);
  });
  opening.catch(() => undefined);
  return Promise.race([opening, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
