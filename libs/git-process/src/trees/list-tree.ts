import { bytesOfPath, parseLsTree, readLsTree, type LsTreeEntry } from '@granary/wire';
import { outputOf } from '../process/ask-git';
import { verifiedOid, type GitRepository } from '../repository/git-repository';

export interface TreeQuestion {
  /** The id of a commit or tree. */
  treeish: string;
  /**
   * Only what stands at these paths from the root, as `textOfPath` writes them; behind a slash, what stands below. All
   * unless told.
   */
  paths?: readonly string[];
  /** Below directories, too, which are left out themselves. */
  isRecursive?: boolean;
  /** Directories, too: those on the way to `paths`, and all of a recursive listing. */
  withTrees?: boolean;
  /** Git opens every object for them; null otherwise. */
  withSizes?: boolean;
  /** `text` (default): as `textOfPath` writes them. `bytes`: one character a byte. */
  pathsAs?: 'text' | 'bytes';
}

/**
 * The entries of a tree in git's order. Nothing is held but the entries at hand: a tiny pack can list a million paths.
 * Leaving the loop early ends git.
 *
 * @throws GitFailed when the tree cannot be read; DomainError `not_found` for what is no id.
 * @see git-ls-tree(1).
 */
export async function* listTree(repository: GitRepository, question: TreeQuestion): AsyncGenerator<LsTreeEntry> {
  const { treeish, paths = [], isRecursive, withTrees, withSizes, pathsAs = 'text' } = question;
  const flags = [isRecursive ? ['-r'] : [], withTrees ? ['-t'] : [], withSizes ? ['-l'] : []].flat();
  const args = ['ls-tree', '-z', '--full-tree', ...flags, verifiedOid(treeish), '--', ...paths.map(bytesOfPath)];
  const parse = pathsAs === 'text' ? readLsTree : (records: Buffer) => parseLsTree(records.toString('latin1'));
  let unfinished: Buffer = Buffer.alloc(0);
  for await (const chunk of outputOf(repository, args) as AsyncIterable<Buffer>) {
    const bytes = unfinished.length === 0 ? chunk : Buffer.concat([unfinished, chunk]);
    const end = bytes.lastIndexOf(0) + 1;
    unfinished = bytes.subarray(end);
    yield* parse(bytes.subarray(0, end));
  }
  if (unfinished.length > 0) throw new Error('git ls-tree ended inside a record.');
}

/** The first `limit` entries that {@link listTree} has. */
export async function listTreeStart(
  repository: GitRepository,
  question: TreeQuestion,
  limit: number,
): Promise<{ records: LsTreeEntry[]; isTruncated: boolean }> {
  const records: LsTreeEntry[] = [];
  for await (const record of listTree(repository, question)) {
    if (records.length === limit) return { records, isTruncated: true };
    records.push(record);
  }
  return { records, isTruncated: false };
}
