import { Readable } from 'node:stream';

/**
 * Reads the beginning of `input` until `decide` answers.
 *
 * @param decide sees all bytes so far; `null`: it needs more.
 * @returns the decision, `null` where the input ended before one, and a stream of all bytes from the first one.
 * @throws what `input` fails with.
 */
export async function peek<T>(
  input: Readable,
  decide: (bytes: Buffer) => T | null,
): Promise<{ decision: T | null; input: Readable }> {
  let bytes: Buffer = Buffer.alloc(0);
  for (;;) {
    const chunk = input.read() as Buffer | null;
    if (chunk) {
      bytes = bytes.length > 0 ? Buffer.concat([bytes, chunk]) : chunk;
      const decision = decide(bytes);
      if (decision === null) continue;
      input.unshift(bytes);
      return { decision, input };
    }
    if (input.readableEnded || input.destroyed) break;
    if (!(await more(input))) break;
  }
  if (input.errored) throw input.errored;
  return { decision: null, input: Readable.from(bytes.length > 0 ? [bytes] : [], { objectMode: false }) };
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
