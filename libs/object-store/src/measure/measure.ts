import { availableParallelism } from 'node:os';
import { Transform, type TransformCallback } from 'node:stream';
import { HashThread } from './hash-thread';
import { HashedBeside } from './hashed-beside';
import { HashedHere } from './hashed-here';
import type { Hashing } from './hashing';
import { MeasuredFile } from './measured-file';
import { SMALL_BYTES, type Measurement } from './measurement';

const HAS_SECOND_PROCESSOR = availableParallelism() > 1;
const thread = new HashThread();

/** Hands bytes on unchanged and measures them on the way, in one pass; large bodies beside the thread that moves them. */
export class Measure extends Transform {
  private sizeBytes = 0;
  /** The beginning, until it is known to be that of a large body. */
  private held: Buffer[] | null;
  private hashing: Hashing | null;
  private measured?: Measurement;

  constructor(private readonly thread: HashThread | null) {
    super({ highWaterMark: 256 * 1024 });
    this.held = thread ? [] : null;
    this.hashing = thread ? null : new HashedHere();
  }

  /** What passed. @throws Error while bytes may still come. */
  result(): Measurement {
    if (!this.measured) throw new Error('The stream has not ended.');
    return this.measured;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.sizeBytes += chunk.length;
    const room = this.hash(chunk);
    if (room) room.then(() => done(null, chunk), done);
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    this.hashing ??= new HashedHere();
    for (const chunk of this.held ?? []) void this.hashing.add(chunk);
    this.hashing.finish().then((digests) => {
      this.measured = { sizeBytes: this.sizeBytes, ...digests };
      done();
    }, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.hashing?.drop();
    done(error);
  }

  /** @returns when the next chunk may come; null for at once. */
  private hash(chunk: Buffer): Promise<void> | null {
    if (this.hashing) return this.hashing.add(chunk);
    this.held?.push(chunk);
    if (this.sizeBytes <= SMALL_BYTES || !this.thread) return null;
    const beginning = Buffer.concat(this.held ?? []);
    this.held = null;
    this.hashing = new HashedBeside(this.thread);
    return this.hashing.add(beginning);
  }
}

/** For bytes that do not pass as a stream, and are many: hashed in the other thread. */
export function hashing(): Hashing {
  return HAS_SECOND_PROCESSOR ? new HashedBeside(thread) : new HashedHere();
}

/** `pipeline(source, meter = measure(), sink)`, then `meter.result()`. */
export function measure(): Measure {
  return new Measure(HAS_SECOND_PROCESSOR ? thread : null);
}

/** For a file that is written from its beginning to its end; `drop` it before it is closed. */
export function measureFile(fd: number): MeasuredFile {
  return new MeasuredFile(fd, HAS_SECOND_PROCESSOR ? thread : null);
}
