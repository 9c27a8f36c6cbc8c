import { listRefs, smallBlobs, type GitHome } from '@granary/git-process';
import { isZeroOid, parsePointer } from '@granary/wire';
import { NAMING_BLOB_LIMIT_BYTES, namedOids } from './named-oids';

/** LFS objects that refs come to name. */
export interface NamedBeyond {
  /** Whatever names them. */
  oids: Set<string>;
  /** Those of true pointers that stand for more than an empty file, each with its size and a path of it. */
  pointers: Map<string, { path: string; sizeBytes: number }>;
}

/**
 * The LFS objects that refs will name and none names now, when they move to `newOids`: also those of commits that are
 * there already, left behind by an earlier branch, which no push brings.
 *
 * @param at.env shows git the quarantine of a push.
 * @param at.boundary what the push stands on; where refs hold all of it, there is nothing of that kind to be found, and
 *   nothing is looked for. Null: unknown.
 */
export async function namedBeyondRefs(
  git: GitHome,
  newOids: readonly string[],
  at: {
    repositoryPath: string;
    env?: Record<string, string>;
    boundary: ReadonlySet<string> | null;
    signal?: AbortSignal;
  },
): Promise<NamedBeyond> {
  const { boundary, ...where } = at;
  const except = (await listRefs(git, at.repositoryPath, { signal: at.signal })).map(({ oid }) => oid);
  const known = new Set(except);
  const named: NamedBeyond = { oids: new Set(), pointers: new Map() };
  if (boundary && [...boundary].every((oid) => known.has(oid))) return named;
  const tips = newOids.filter((oid) => !isZeroOid(oid) && !known.has(oid));
  const options = { ...where, tips, except, limitBytes: NAMING_BLOB_LIMIT_BYTES, mayMiss: true, withPaths: true };
  for await (const { content, path } of smallBlobs(git, options)) {
    for (const oid of namedOids(content)) named.oids.add(oid);
    const pointer = parsePointer(content);
    if (pointer.kind !== 'pointer' || pointer.sizeBytes === 0) continue;
    const at = { path: Buffer.from(path, 'latin1').toString('utf8'), sizeBytes: pointer.sizeBytes };
    named.pointers.set(pointer.oid, at);
  }
  return named;
}
