import type { IncomingMessage } from 'node:http';
import { addAbortSignal, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '@granary/kernel';
import type { S3Bucket } from './s3-bucket';
import { s3Failure } from './s3-failure';

/** How often one body is gone on with where it broke off. */
const RESUMPTIONS = 5;
const FIRST_PAUSE_MS = 200;

export interface WantedBytes {
  start: number;
  /** Inclusive; null: to the end of the object. */
  end: number | null;
  signal?: AbortSignal;
}

/**
 * The bytes of an object. Where the store hangs up in the middle, the rest is asked for anew, as long as it is still of
 * the same object; a stream that ends has brought all of it.
 *
 * @throws DomainError see {@link s3Failure}; later from the stream, when the store goes on failing.
 */
export async function resumingRead(bucket: S3Bucket, name: string, wanted: WantedBytes): Promise<Readable> {
  const { start, end, signal } = wanted;
  const open = async (from: number): Promise<IncomingMessage> => {
    const lengthBytes = end === null ? 0 : end - from + 1;
    const answer = (await bucket.call(
      (client) => client.getPartialObject(bucket.name, name, from, lengthBytes),
      signal,
    )) as IncomingMessage;
    if ((from === 0 && end === null) || answer.statusCode === 206) return answer;
    answer.destroy();
    throw new DomainError('unavailable', 'The object store ignored the byte range.');
  };
  let current = await open(start);
  const { etag } = current.headers;

  async function* pieces(): AsyncGenerator<Buffer> {
    let at = start;
    for (let resumed = 0; ; resumed++) {
      try {
        for await (const chunk of current as AsyncIterable<Buffer>) {
          at += chunk.length;
          yield chunk;
        }
        return;
      } catch (error) {
        signal?.throwIfAborted();
        const isWhole = end !== null && at > end;
        if (resumed === RESUMPTIONS || isWhole) throw s3Failure(error);
        await sleep(FIRST_PAUSE_MS * 2 ** resumed * (0.5 + Math.random() / 2), undefined, { signal });
        current = await open(at);
        if (current.headers.etag !== etag) throw s3Failure(error);
      }
    }
  }

  const stream = Readable.from(pieces(), { objectMode: false });
  // Also when nobody has begun to read.
  stream.once('close', () => current.destroy());
  return signal ? addAbortSignal(signal, stream) : stream;
}
