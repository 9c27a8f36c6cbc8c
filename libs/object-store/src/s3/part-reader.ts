import type { Readable } from 'node:stream';
import { MIB } from '@granary/kernel';
import { BodySize } from '../body-size';

const MAX_PARTS = 10_000;
const UNKNOWN_SIZE_PART_BYTES = 16 * MIB;

/**
 * The size of a part for a body of `sizeBytes`, in whole MiB. S3 takes at most 10,000 parts, all but the last of one
 * size (not every store takes mixed ones). A body of unknown size may therefore have 156 GiB.
 */
export function partSizeFor(sizeBytes: number | undefined, leastBytes: number): number {
  if (sizeBytes === undefined) return Math.max(leastBytes, UNKNOWN_SIZE_PART_BYTES);
  return Math.max(leastBytes, Math.ceil(sizeBytes / MAX_PARTS / MIB) * MIB);
}

export interface Part {
  number: number;
  body: Buffer;
  last: boolean;
}

/**
 * Cuts `source` into parts. Two buffers serve all of them: a part is valid until the next but one is asked for, so
 * that one can be sent while the other fills. An empty source gives one empty part.
 */
export async function* readParts(source: Readable, partSizeBytes: number, size: BodySize): AsyncGenerator<Part> {
  const buffers: [Buffer?, Buffer?] = [];
  let number = 1;
  let filledBytes = 0;
  const buffer = () => (buffers[number % 2] ??= Buffer.allocUnsafeSlow(partSizeBytes));
  for await (const chunk of source as AsyncIterable<Buffer>) {
    size.add(chunk.length);
    for (let at = 0; at < chunk.length;) {
      // A full part waits for the byte behind it: only then is it not the last.
      if (filledBytes === partSizeBytes) {
        yield { number, body: buffer(), last: false };
        number++;
        filledBytes = 0;
      }
      const copied = chunk.copy(buffer(), filledBytes, at);
      filledBytes += copied;
      at += copied;
    }
  }
  size.finish();
  yield { number, body: filledBytes > 0 ? buffer().subarray(0, filledBytes) : Buffer.alloc(0), last: true };
}
