import { withObjects, type CatFile, type GitRepository } from '@granary/git-process';
import { readNamedEncodings } from './named-encodings';
import { encodingOf, isBinary, type TextEncoding } from './text-encoding';

/** As much as the page of a file shows. */
export const MAX_TEXT_BYTES = 1024 * 1024;
/** Of all together: a page has many files. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;

/** A blob, and the path at which its commit has it. */
export interface BlobAt {
  oid: string;
  path: string;
}

/** The attributes of one blob may differ from path to path. */
export const keyOf = ({ oid, path }: BlobAt): string => `${oid} ${path}`;

/**
 * What each of these files is written in, from all of its bytes and what `.gitattributes` of `sha` says; those that are
 * too long, or no text, are left out. By {@link keyOf}.
 */
export async function readEncodings(
  repository: GitRepository,
  { sha, blobs }: { sha: string; blobs: readonly BlobAt[] },
): Promise<Map<string, TextEncoding>> {
  const found = new Map<string, TextEncoding>();
  if (blobs.length === 0) return found;
  const read: { sha: string; path: string; oid: string; start: Buffer }[] = [];
  await withObjects(repository, async (objects) => {
    let leftBytes = MAX_TOTAL_BYTES;
    for (const { oid, path } of new Map(blobs.map((blob) => [keyOf(blob), blob])).values()) {
      repository.signal?.throwIfAborted();
      const content = await readShort(objects, oid, leftBytes);
      if (content === null || isBinary(content)) continue;
      leftBytes -= content.length;
      read.push({ sha, path, oid, start: content });
    }
  });
  const named = await readNamedEncodings(repository, read);
  for (const file of read) found.set(keyOf(file), encodingOf(file.start, { named: named.get(file) }));
  return found;
}

/** A blob that is not too long for a text; else null. */
export async function readShort(objects: CatFile, oid: string, leftBytes = MAX_TOTAL_BYTES): Promise<Buffer | null> {
  const info = await objects.info(oid);
  const maxBytes = Math.min(MAX_TEXT_BYTES, leftBytes);
  if (info?.type !== 'blob' || info.sizeBytes > maxBytes) return null;
  return (await objects.contents(oid, { maxBytes, sizeBytes: info.sizeBytes }))?.data ?? null;
}
