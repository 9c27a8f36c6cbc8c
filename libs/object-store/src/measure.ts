import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { crc32 } from 'node:zlib';

export interface Measurement {
  sizeBytes: number;
  /** 64 lower-case hex digits. */
  sha256: string;
  /** CRC-32 of ISO 3309, the one zip uses, as an unsigned 32-bit number. */
  crc32: number;
}

/** Hands bytes on unchanged and measures them on the way, in one pass. */
export class Measure extends Transform {
  private readonly sha256 = createHash('sha256');
  private checksum = 0;
  private sizeBytes = 0;
  private measured?: Measurement;

  constructor() {
    super({ highWaterMark: 256 * 1024 });
  }

  /** What passed. @throws Error while bytes may still come. */
  result(): Measurement {
    if (!this.measured) throw new Error('The stream has not ended.');
    return this.measured;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.sha256.update(chunk);
    this.checksum = crc32(chunk, this.checksum);
    this.sizeBytes += chunk.length;
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    this.measured = { sizeBytes: this.sizeBytes, sha256: this.sha256.digest('hex'), crc32: this.checksum };
    done();
  }
}

/** `pipeline(source, meter = measure(), sink)`, then `meter.result()`. */
export function measure(): Measure {
  return new Measure();
}
