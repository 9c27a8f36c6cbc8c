import { createCipheriv, createHash } from 'node:crypto';
import type { ArchiveEntries, ArchiveEntry } from '../archive-entry';

/** An entry with the dull fields filled in. */
export function entry(fields: Partial<ArchiveEntry> & { path: Buffer }): ArchiveEntry {
  const { content = Buffer.alloc(0) } = fields;
  return {
    type: 'file',
    mode: 0o644,
    sizeBytes: Buffer.isBuffer(content) ? content.length : 0,
    mtimeSeconds: 1_700_000_001,
    linkPath: Buffer.alloc(0),
    content,
    crc32: null,
    tarHeader: null,
    tarGlobalHeader: Buffer.alloc(0),
    label: 'entry',
    ...fields,
  };
}

export function entries(list: readonly ArchiveEntry[], comment = ''): ArchiveEntries {
  return {
    comment,
    async *[Symbol.asyncIterator]() {
      yield* list;
    },
  };
}

/** `content` cut at `cuts`, as a stream would bring it. */
export async function* inChunks(content: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes);
}

export async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Bytes that do not compress, the same for the same seed. */
export function noise(seed: number, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(String(seed)).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes));
}
