import { runGit } from '@granary/git-process';
import type { LogRecord } from '@granary/wire';
import { outputOf, readGit, verifiedOid, type BareRepository } from './bare-repository';
import { DIFF_SHAPE, openCommitText } from './commit-text';
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
  repository: BareRepository,
  { base, head }: { base: string; head: string },
): Promise<Comparison> {
  const pair = [verifiedOid(base), verifiedOid(head)];
  const { home, path, signal } = repository;
  const [counted, found] = await Promise.all([
    readGit(repository, ['rev-list', '--left-right', '--count', pair.join('...'), '--']),
    runGit(home, { args: ['merge-base', ...pair], repositoryPath: path, signal, acceptExitCodes: [0, 1] }),
  ]);
  const [behindBy = 0, aheadBy = 0] = counted.toString('latin1').trim().split('\t').map(Number);
  const mergeBase = found.stdout.toString('latin1').trim();
  return { base, head, mergeBase: mergeBase === '' ? null : mergeBase, aheadBy, behindBy };
}

/** A window into the commits that `head` has and `base` has not, the oldest first. */
export async function readComparedCommits(
  repository: BareRepository,
  { base, head, aheadBy }: Comparison,
  { offset, limit }: { offset: number; limit: number },
): Promise<LogRecord[]> {
  const count = Math.min(limit, aheadBy - offset);
  if (count <= 0) return [];
  // Git counts from the newest, whichever way it prints.
  const range = [`--skip=${aheadBy - offset - count}`, `--max-count=${count}`, '--reverse'];
  return readLog(repository, [...range, verifiedOid(head), `^${verifiedOid(base)}`, '--']);
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
  repository: BareRepository,
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
