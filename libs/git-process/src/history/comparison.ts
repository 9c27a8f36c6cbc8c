import type { LogRecord } from '@granary/wire';
import { DIFF_SHAPE, openCommitText } from '../diffs/commit-text';
import { outputOf, readGit } from '../process/ask-git';
import { verifiedOid, type GitRepository } from '../repository/git-repository';
import { countApart, mergeBase } from './ancestry';
import { readLog } from './history';

/** How one commit stands to another. */
export interface Comparison {
  base: string;
  head: string;
  /** The best common ancestor; null where the two have none. */
  mergeBase: string | null;
  /** Commits of `head` that `base` has not, and the other way round. */
  aheadBy: number;
  behindBy: number;
}

/** @param of two commits, by their whole ids. */
export async function readComparison(
  repository: GitRepository,
  { base, head }: { base: string; head: string },
): Promise<Comparison> {
  const [counts, ancestor] = await Promise.all([
    countApart(repository, { base, head }),
    mergeBase(repository, base, head),
  ]);
  return { base, head, mergeBase: ancestor, ...counts };
}

/** A window into the commits that `head` has and `base` has not, the oldest first. */
export async function readComparedCommits(
  repository: GitRepository,
  { base, head, aheadBy }: Comparison,
  { offset, limit }: { offset: number; limit: number },
): Promise<LogRecord[]> {
  const count = Math.min(limit, aheadBy - offset);
  if (count <= 0) return [];
  // Git counts from the newest, whichever way it prints.
  const window = { skip: aheadBy - offset - count, limit: count, isReversed: true };
  return readLog(repository, { tip: head, except: base, ...window });
}

/** Each mail costs a process. */
export const MAX_MAILS = 1000;

/**
 * What leads from one commit to another, as git writes it and of any size: one patch, or a mail for each commit that is
 * no merge.
 *
 * @see git-diff-tree(1); {@link openCommitText}
 */
export async function* openComparisonText(
  repository: GitRepository,
  { from, to, form }: { from: string; to: string; form: 'diff' | 'patch' },
): AsyncGenerator<Buffer> {
  const [start, end] = [verifiedOid(from), verifiedOid(to)];
  if (form === 'diff') return yield* outputOf(repository, ['diff-tree', '-r', ...DIFF_SHAPE, start, end, '--']);
  const range = ['--reverse', '--no-merges', '--parents', `--max-count=${MAX_MAILS}`, end, `^${start}`, '--'];
  const lines = (await readGit(repository, ['rev-list', ...range])).toString('latin1').split('\n').slice(0, -1);
  for (const line of lines) {
    const [sha = '', parent = null] = line.split(' ');
    yield* openCommitText(repository, { sha, parent, form });
  }
}
