import type { LsTreeEntry } from '@granary/wire';
import { notFound, verifiedOid, type GitRepository } from '../repository/git-repository';
import { listTreeStart } from './list-tree';
import { parsePath } from './path-in-tree';
import { readDirectory, withSizes } from './read-directory';

export type TreeEntryKind = 'tree' | 'blob' | 'symlink' | 'submodule';

export function kindOf({ mode, type }: Pick<LsTreeEntry, 'mode' | 'type'>): TreeEntryKind {
  if (mode === '120000') return 'symlink';
  return type === 'commit' ? 'submodule' : type;
}

/**
 * The entry at a path of a commit or tree.
 *
 * @throws DomainError `not_found`.
 */
export async function findEntry(
  repository: GitRepository,
  { sha, path }: { sha: string; path: string },
): Promise<LsTreeEntry> {
  const wanted = parsePath(path);
  if (wanted === '') throw notFound('Path');
  const entry = await entryAt(repository, verifiedOid(sha), wanted);
  if (!entry) throw notFound('Path');
  return entry;
}

async function entryAt(repository: GitRepository, sha: string, path: string): Promise<LsTreeEntry | undefined> {
  const slash = path.lastIndexOf('/');
  const siblings = await readDirectory(repository, { sha, path: path.slice(0, Math.max(slash, 0)) });
  const found = Array.isArray(siblings) ? siblings.filter((record) => record.path === path) : [];
  const [entry] = (await withSizes(repository, found)) ?? [];
  if (entry) return entry;
  const { records } = await listTreeStart(repository, { treeish: sha, paths: [path], withSizes: true }, 1);
  return records.find((record) => record.path === path);
}

/**
 * The entries of a tree, or of all trees below it, in git's order.
 *
 * @param oid a tree or a commit.
 */
export function listEntries(
  repository: GitRepository,
  { oid, isRecursive, limit }: { oid: string; isRecursive: boolean; limit: number },
): Promise<{ records: LsTreeEntry[]; isTruncated: boolean }> {
  const question = { treeish: oid, isRecursive, withTrees: isRecursive, withSizes: true };
  return listTreeStart(repository, question, limit);
}

/** The entries at those of `paths` that there are, in the order of the tree: what holds others comes before them. */
export async function findEntries(
  repository: GitRepository,
  { sha, paths }: { sha: string; paths: readonly string[] },
): Promise<LsTreeEntry[]> {
  if (paths.length === 0) return [];
  const [only, ...others] = paths;
  if (only !== undefined && only !== '' && others.length === 0) {
    const entry = await entryAt(repository, verifiedOid(sha), only);
    return entry ? [entry] : [];
  }
  const question = { treeish: sha, paths, withTrees: true, withSizes: true };
  const { records } = await listTreeStart(repository, question, 2 * paths.length);
  return records.filter(({ path }) => paths.includes(path));
}
