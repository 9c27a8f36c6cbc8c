import { Readable } from 'node:stream';
import { streamBlob, type GitRepository } from '@granary/git-process';
import type { ByteRange, SentBody } from './send-body';

/** A blob of git as it is, of any size. Its id is the entity tag. */
export function gitBlobBody(
  bare: GitRepository,
  { oid, sizeBytes, type }: { oid: string; sizeBytes: number; type: string },
): SentBody {
  return {
    etag: `"${oid}"`,
    sizeBytes,
    type,
    open: (range, signal) => {
      if (bare.blobs) return bare.blobs.open({ oid, sizeBytes }, range ?? undefined);
      const content = streamBlob({ ...bare, signal }, oid);
      return Readable.from(range ? part(content, range) : content, { objectMode: false });
    },
  };
}

/** git writes a blob from its beginning only. */
async function* part(content: AsyncIterable<Buffer>, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of content) {
    const wanted = chunk.subarray(Math.max(0, start - at), Math.max(0, end + 1 - at));
    at += chunk.length;
    if (wanted.length > 0) yield wanted;
    if (at > end) return;
  }
}
