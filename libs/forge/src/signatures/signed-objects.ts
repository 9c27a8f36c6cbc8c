import type { CatFile, ObjectType } from '@granary/git-process';
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

/** All of them at once: they are a page's. Ids of anything but commits and tags are left out. */
export async function readStored(catFile: CatFile, oids: readonly string[]): Promise<StoredObject[]> {
  const read = await Promise.all([...new Set(oids)].map((oid) => readOne(catFile, oid)));
  return read.filter((stored) => stored !== null);
}

async function readOne(catFile: CatFile, oid: string): Promise<StoredObject | null> {
  try {
    const object = await catFile.contents(oid, { maxBytes: MAX_OBJECT_BYTES });
    return object && stored(oid, object.type, object.data);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'too_large') throw error;
    const info = await catFile.info(oid);
    return info && stored(oid, info.type, null);
  }
}

function stored(oid: string, type: ObjectType, data: Buffer | null): StoredObject | null {
  return type === 'commit' || type === 'tag' ? { oid, type, data } : null;
}

/** An id has the length of its repository's hash, which says where a commit's signature stands. */
export function splitSigned({ oid, type, data }: StoredObject): SignedObject | null {
  if (!data) return null;
  return type === 'tag' ? splitSignedTag(data) : splitSignedCommit(data, oid.length === 40 ? 'sha1' : 'sha256');
}
