import { outputOf, verifiedOid, type BareRepository } from './bare-repository';

export interface CommitTextQuery {
  sha: string;
  /** The first; null of a root commit. */
  parent: string | null;
  /** `patch`: with its message, as a mail. */
  form: 'diff' | 'patch';
}

// Larger blobs are told to differ, and not read.
const BIG_FILE_THRESHOLD = 'core.bigFileThreshold=4m';
const SHAPE = [
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
 * @see git-diff-tree(1); git-format-patch(1), whose mail `--pretty=email` is.
 */
export function openCommitText(
  repository: BareRepository,
  { sha, parent, form }: CommitTextQuery,
): AsyncIterable<Buffer> {
  const commit = verifiedOid(sha);
  const trees = parent === null ? ['--root', commit] : [verifiedOid(parent), commit];
  const args =
    form === 'diff'
      ? ['diff-tree', '--no-commit-id', ...SHAPE, ...trees, '--']
      : ['log', '-1', '--pretty=email', '--patch-with-stat', ...SHAPE, '-m', '--first-parent', '--root', commit, '--'];
  return outputOf(repository, ['-c', BIG_FILE_THRESHOLD, ...args]);
}
