import {
  listRefs,
  resolveHead,
  resolveNamedObject,
  type GitRepository,
  type ObjectAt,
  type ResolvedAt,
} from '@granary/git-process';
import { DomainError } from '@granary/kernel';

/** What programs look for in a repository without commits. */
export const EMPTY = 'Git Repository is empty.';

/**
 * The commit that a request names, by the rule of docs/ref-names.md; `''` is the default branch.
 *
 * @throws DomainError `conflict` when there is no default branch yet, `not_found`.
 */
export async function placeNamed(bare: GitRepository, name: string): Promise<ResolvedAt> {
  if (name !== '' && name !== 'HEAD') return namedCommit(bare, name);
  const place = await resolveHead(bare);
  if (!place) throw new DomainError('conflict', EMPTY);
  return place;
}

async function namedCommit(bare: GitRepository, name: string): Promise<ResolvedAt> {
  const found = await resolveNamedObject(bare, name);
  if (found?.type === 'commit') return found;
  const hint = found
    ? `The tag "${name}" names a ${found.type === 'tree' ? 'directory' : 'file'}, which has no commits.`
    : `There is no branch, tag or commit "${name}".`;
  throw new DomainError('not_found', 'Not Found', { hint });
}

/**
 * As {@link placeNamed} where a tree is enough, such as a tag may name; `sha` is then the tree's.
 *
 * @throws DomainError `conflict`, and `not_found` in GitHub's words.
 */
export async function treeNamed(bare: GitRepository, name: string): Promise<ObjectAt> {
  if (name === '' || name === 'HEAD') return { ...(await placeNamed(bare, '')), type: 'commit' };
  const found = await resolveNamedObject(bare, name);
  if (!found) throw new DomainError('not_found', `No commit found for the ref ${name}`);
  if (found.type === 'blob') throw namesFile(name, found.sha);
  return found;
}

/** A tag of a single file has no path in it, and a client that asks for one should learn why there is none. */
export function namesFile(name: string, blob: string): DomainError {
  return new DomainError('not_found', `The tag "${name}" names a single file, which is in no directory.`, {
    hint: `Ask for git/blobs/${blob}.`,
  });
}

/** As {@link placeNamed}: the commit's id. */
export async function commitOf(bare: GitRepository, name: string): Promise<string> {
  return (await placeNamed(bare, name)).sha;
}

/**
 * As {@link commitOf}, for the list of commits.
 *
 * @throws DomainError `not_found` in the words that programs look for, `conflict`.
 */
export async function commitToListFrom(bare: GitRepository, name: string): Promise<string> {
  try {
    return await commitOf(bare, name);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error;
    throw new DomainError('not_found', noCommit(name), { hint: error.hint });
  }
}

const noCommit = (name: string): string => `No commit found for SHA: ${name}`;

/**
 * As {@link commitOf}, for the route of one commit: what names none is a request that cannot be carried out, as with
 * GitHub.
 *
 * @throws DomainError `invalid` in the words that programs look for, `conflict`.
 */
export async function requireCommit(bare: GitRepository, name: string): Promise<string> {
  try {
    return await commitOf(bare, name);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error;
    const isEmpty = (await listRefs(bare.home, bare.path, { limit: 1, signal: bare.signal })).length === 0;
    if (isEmpty) throw new DomainError('conflict', EMPTY);
    throw new DomainError('invalid', noCommit(name));
  }
}
