import type { CatFile } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { splitSignedCommit, splitSignedTag, type SignedObject } from '@granary/wire';

/** Commits and tags are small. What is larger is not looked at, so that a page of them costs bounded memory. */
const MAX_OBJECT_BYTES = 256 * 1024;

/** A commit or tag as it is stored; `data` is null when it is too large to be looked at. */
export interface StoredObject {
  oid: string;
  type: 'commit' | 'tag';
  data: Buffer | null;
}

/** Reads one object after another. Ids of anything but commits and tags are left out. */
export async function* readStored(catFile: CatFile, oids: readonly string[]): AsyncGenerator<StoredObject> {
  for (const oid of new Set(oids)) {
    const info = await catFile.info(oid);
    if (info?.type !== 'commit' && info?.type !== 'tag') continue;
    yield { oid, type: info.type, data: await contentsOf(catFile, oid) };
  }
}

async function contentsOf(catFile: CatFile, oid: string): Promise<Buffer | null> {
  try {
    return (await catFile.contents(oid, { maxBytes: MAX_OBJECT_BYTES }))?.data ?? null;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'too_large') return null;
    throw error;
  }
}

/** An id has the length of its repository's hash, which says where a commit's signature stands. */
export function splitSigned({ oid, type, data }: StoredObject): SignedObject | null {
  if (!data) return null;
  return type === 'tag' ? splitSignedTag(data) : splitSignedCommit(data, oid.length === 40 ? 'sha1' : 'sha256');
}
