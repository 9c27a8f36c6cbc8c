import { withObjects, type GitRepository, type SizedBlob } from '@granary/git-process';
import { parsePointer, POINTER_LIMIT_BYTES } from '@granary/wire';

/** What a pointer in the tree stands for. Whether the hub has the object, and for whom, is the caller's to find out. */
export interface PointerFacts {
  oid: string;
  sizeBytes: number;
}

/** So that a folder of a thousand small files does not stand before everybody else's questions. */
const AT_ONCE = 64;

/** The LFS pointers among `blobs`, by the id of the blob. Only blobs small enough to be one are read. */
export async function readPointers(
  repository: GitRepository,
  blobs: readonly SizedBlob[],
): Promise<Map<string, PointerFacts>> {
  const small = blobs.filter(({ sizeBytes }) => sizeBytes > 0 && sizeBytes < POINTER_LIMIT_BYTES);
  const oids = [...new Set(small.map(({ oid }) => oid))];
  const pointers = new Map<string, PointerFacts>();
  if (oids.length === 0) return pointers;
  const sizes = new Map(small.map(({ oid, sizeBytes }) => [oid, sizeBytes]));
  await withObjects(repository, async (objects) => {
    for (let at = 0; at < oids.length; at += AT_ONCE) {
      repository.signal?.throwIfAborted();
      const some = oids.slice(at, at + AT_ONCE);
      const blobs = await Promise.all(
        some.map((oid) => objects.contents(oid, { maxBytes: POINTER_LIMIT_BYTES, sizeBytes: sizes.get(oid) })),
      );
      for (const blob of blobs) {
        const pointer = blob && parsePointer(blob.data);
        if (pointer?.kind === 'pointer')
          pointers.set(blob?.oid ?? '', { oid: pointer.oid, sizeBytes: pointer.sizeBytes });
      }
    }
  });
  return pointers;
}
