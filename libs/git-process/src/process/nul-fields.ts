import type { Readable } from 'node:stream';

/**
 * The NUL-terminated fields of what git prints with `-z`, a batch for each chunk that arrives.
 *
 * @throws Error when the last field is cut.
 */
export async function* nulFields(source: Readable): AsyncGenerator<Buffer[]> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const fields: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(0); end !== -1; end = bytes.indexOf(0, start)) {
      fields.push(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (fields.length > 0) yield fields;
  }
  if (rest.length > 0) throw new Error('the last field is cut');
}

/** Joins texts to NUL-terminated chunks big enough to be worth a write. */
export async function* nulTerminated(
  texts: Iterable<string | Buffer> | AsyncIterable<string | Buffer>,
): AsyncGenerator<Buffer> {
  const NUL = Buffer.of(0);
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const text of texts) {
    const bytes = Buffer.from(text);
    if (bytes.includes(0)) throw new Error('a text holds a NUL byte');
    parts.push(bytes, NUL);
    sizeBytes += bytes.length + 1;
    if (sizeBytes < 64 * 1024) continue;
    yield Buffer.concat(parts);
    [parts, sizeBytes] = [[], 0];
  }
  if (sizeBytes > 0) yield Buffer.concat(parts);
}
