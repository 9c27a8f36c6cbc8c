import { readCommit } from '../history/history';
import { outputOf } from '../process/ask-git';
import { verifiedOid, type GitRepository } from '../repository/git-repository';
import { mailHead } from './commit-mail';
import { treesOf } from './tree-pair';

export interface CommitTextQuery {
  sha: string;
  /** The first; null of a root commit. */
  parent: string | null;
  /** `patch`: with its message, as a mail. */
  form: 'diff' | 'patch';
}

// Larger blobs are told to differ, and not read.
const BIG_FILE_THRESHOLD = 'core.bigFileThreshold=4m';
/** Of a patch that programs read. */
export const DIFF_SHAPE = [
  '--patch',
  '-M',
  '-l200',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

/**
 * What a commit changes against its first parent, as git writes it and of any size.
 *
 * @see git-diff-tree(1); {@link mailHead} for what stands before it in a mail.
 */
export async function* openCommitText(
  repository: GitRepository,
  { sha, parent, form }: CommitTextQuery,
): AsyncGenerator<Buffer> {
  const commit = verifiedOid(sha);
  const trees = treesOf({ from: parent, to: commit });
  if (form === 'patch') yield Buffer.from(mailHead(await readCommit(repository, commit)));
  const stat = form === 'patch' ? ['--patch-with-stat'] : [];
  const args = ['-c', BIG_FILE_THRESHOLD, 'diff-tree', '--no-commit-id', ...stat, ...DIFF_SHAPE, ...trees, '--'];
  yield* outputOf(repository, args);
}
