import { listRefs, smallBlobs, type GitHome } from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import { NAMING_BLOB_LIMIT_BYTES, namedOids } from './named-oids';

/**
 * The LFS objects that refs will name and none names now, when they move to `newOids`: also those of commits that are
 * there already, left behind by an earlier branch, which no push brings.
 *
 * @param at.env shows git the quarantine of a push.
 */
export async function namedBeyondRefs(
  git: GitHome,
  newOids: readonly string[],
  at: { repositoryPath: string; env?: Record<string, string>; signal?: AbortSignal },
): Promise<Set<string>> {
  const except = (await listRefs(git, at.repositoryPath, { signal: at.signal })).map(({ oid }) => oid);
  const known = new Set(except);
  const tips = newOids.filter((oid) => !isZeroOid(oid) && !known.has(oid));
  const named = new Set<string>();
  const blobs = smallBlobs(git, { ...at, tips, except, limitBytes: NAMING_BLOB_LIMIT_BYTES, mayMiss: true });
  for await (const { content } of blobs) for (const oid of namedOids(content)) named.add(oid);
  return named;
}
