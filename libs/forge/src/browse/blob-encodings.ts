import type { CatFile } from '@granary/git-process';
import { withObjects, type BareRepository } from './bare-repository';
import { encodingOf, isBinary, type TextEncoding } from './text-encoding';

/** As much as the page of a file shows. */
export const MAX_TEXT_BYTES = 1024 * 1024;
/** Of all together: a page has many files. */
const MAX_TOTAL_BYTES = 32 * 1024 * 1024;

/** What each of these files is written in, from all of its bytes; those that are too long, or no text, are left out. */
export async function readEncodings(
  repository: BareRepository,
  oids: readonly string[],
): Promise<Map<string, TextEncoding>> {
  const found = new Map<string, TextEncoding>();
  if (oids.length === 0) return found;
  await withObjects(repository, async (objects) => {
    let leftBytes = MAX_TOTAL_BYTES;
    for (const oid of new Set(oids)) {
      repository.signal?.throwIfAborted();
      const content = await readText(objects, oid, leftBytes);
      if (content === null) continue;
      leftBytes -= content.length;
      found.set(oid, encodingOf(content));
    }
  });
  return found;
}

/** A blob that is text and not too long; else null. */
export async function readText(objects: CatFile, oid: string, leftBytes = MAX_TOTAL_BYTES): Promise<Buffer | null> {
  const info = await objects.info(oid);
  const maxBytes = Math.min(MAX_TEXT_BYTES, leftBytes);
  if (info?.type !== 'blob' || info.sizeBytes > maxBytes) return null;
  const data = (await objects.contents(oid, { maxBytes, sizeBytes: info.sizeBytes }))?.data;
  return data && !isBinary(data) ? data : null;
}
