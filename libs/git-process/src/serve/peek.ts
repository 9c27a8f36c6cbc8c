import { Readable } from 'node:stream';

/**
 * Reads the beginning of `input` until `decide` answers.
 *
 * @param decide sees all bytes so far, valid during the call; `null`: it needs more.
 * @returns the decision, `null` where the input ended before one, and a stream of all bytes from the first one.
 * @throws what `input` fails with.
 */
export async function peek<T>(
  input: Readable,
  decide: (bytes: Buffer) => T | null,
): Promise<{ decision: T | null; input: Readable }> {
  const seen = new GrowingBuffer();
  for (;;) {
    const chunk = input.read() as Buffer | null;
    if (chunk) {
      const decision = decide(seen.append(chunk));
      if (decision === null) continue;
      input.unshift(seen.bytes);
      return { decision, input };
    }
    if (input.readableEnded || input.destroyed) break;
    if (!(await more(input))) break;
  }
  if (input.errored) throw input.errored;
  const { bytes } = seen;
  return { decision: null, input: Readable.from(bytes.length > 0 ? [bytes] : [], { objectMode: false }) };
}

/** Doubles its room when it is full: a client that sends byte by byte costs no copy of everything with each of them. */
class GrowingBuffer {
  private room: Buffer = Buffer.alloc(0);
  private sizeBytes = 0;

  get bytes(): Buffer {
    return this.room.subarray(0, this.sizeBytes);
  }

  /** @returns all bytes so far; valid until more are appended. */
  append(chunk: Buffer): Buffer {
    const sizeBytes = this.sizeBytes + chunk.length;
    if (this.sizeBytes === 0) this.room = chunk;
    else if (sizeBytes > this.room.length) this.room = Buffer.concat([this.bytes, chunk], 2 * sizeBytes);
    else chunk.copy(this.room, this.sizeBytes);
    this.sizeBytes = sizeBytes;
    return this.bytes;
  }
}

/**
 * @returns false at the end.
 * @throws what `input` fails with.
 */
function more(input: Readable): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (outcome: () => void): void => {
      for (const [name, listener] of listeners) input.off(name, listener);
      outcome();
    };
    const end = (): void => settle(() => resolve(false));
    const listeners: [string, (error: Error) => void][] = [
      ['readable', () => settle(() => resolve(true))],
      ['end', end],
      ['close', end],
      ['error', (error) => settle(() => reject(error))],
    ];
    for (const [name, listener] of listeners) input.on(name, listener);
  });
}
