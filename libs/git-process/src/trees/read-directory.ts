import { DomainError } from '@granary/kernel';
import { TreeCursor, type LsTreeEntry } from '@granary/wire';
import { withObjects } from '../cat-file/with-objects';
import type { GitRepository } from '../repository/git-repository';

/** Of a tree object that is read whole: some hundred thousand entries. Git itself lists larger ones. */
const MAX_TREE_BYTES = 8 * 1024 ** 2;
/** So that a large directory does not stand before everybody else's questions. */
const SIZES_AT_ONCE = 128;

/**
 * The entries of a directory in git's order, without the sizes of its files, from the tree object itself: that costs no
 * process where the repository's readers share one.
 *
 * @param place.sha a commit or a tree.
 * @returns null where there is no directory at the path; `too_large` for one that git had better list.
 */
export function readDirectory(
  repository: GitRepository,
  { sha, path }: { sha: string; path: string },
): Promise<LsTreeEntry[] | 'too_large' | null> {
  return withObjects(repository, async (objects) => {
    try {
      const tree = await objects.contents(path === '' ? `${sha}^{tree}` : `${sha}:${path}`, {
        maxBytes: MAX_TREE_BYTES,
      });
      return tree?.type === 'tree' ? entriesOf(tree.data, tree.oid.length / 2, path) : null;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'too_large') return 'too_large';
      throw error;
    }
  });
}

function entriesOf(tree: Buffer, oidBytes: number, path: string): LsTreeEntry[] {
  const below = path === '' ? '' : `${path}/`;
  const entries: LsTreeEntry[] = [];
  for (const cursor = new TreeCursor(tree, oidBytes); !cursor.atEnd; cursor.advance()) {
    const { mode, oid, name } = cursor;
    const type = mode === 0o40000 ? 'tree' : mode === 0o160000 ? 'commit' : 'blob';
    entries.push({ mode: mode.toString(8).padStart(6, '0'), type, oid, sizeBytes: null, path: below + name });
  }
  return entries;
}

/** The same entries, with the sizes of those that are files; null where one of them is not in the repository. */
export function withSizes(repository: GitRepository, entries: readonly LsTreeEntry[]): Promise<LsTreeEntry[] | null> {
  return withObjects(repository, async (objects) => {
    const sized: LsTreeEntry[] = [];
    for (let at = 0; at < entries.length; at += SIZES_AT_ONCE) {
      repository.signal?.throwIfAborted();
      const some = entries.slice(at, at + SIZES_AT_ONCE);
      const found = await Promise.all(some.map(({ type, oid }) => (type === 'blob' ? objects.info(oid) : null)));
      for (const [index, entry] of some.entries()) {
        const info = found[index];
        if (entry.type === 'blob' && info?.type !== 'blob') return null;
        sized.push({ ...entry, sizeBytes: info?.sizeBytes ?? null });
      }
    }
    return sized;
  });
}
