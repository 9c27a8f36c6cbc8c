import { linesOf } from '../process/lines';
import { outputOf, readGit, runIn } from '../process/ask-git';
import { verifiedOid, type GitRepository } from '../repository/git-repository';

/**
 * Whether `descendant` contains `ancestor`, be they one and the same.
 *
 * @param pair two commits, by their whole ids.
 * @returns null where git cannot tell: one of them is gone, or no commit.
 * @see git-merge-base(1), "--is-ancestor".
 */
export async function isAncestor(
  repository: GitRepository,
  { ancestor, descendant }: { ancestor: string; descendant: string },
): Promise<boolean | null> {
  const args = ['merge-base', '--is-ancestor', verifiedOid(ancestor), verifiedOid(descendant)];
  const { exitCode } = await runIn(repository, args, { acceptExitCodes: [0, 1, 128] });
  return exitCode === 128 ? null : exitCode === 0;
}

/** The best common ancestor of two commits; null where they have none. */
export async function mergeBase(repository: GitRepository, one: string, other: string): Promise<string | null> {
  const args = ['merge-base', verifiedOid(one), verifiedOid(other)];
  const { stdout } = await runIn(repository, args, { acceptExitCodes: [0, 1] });
  return stdout.toString('latin1').trim() || null;
}

/** Commits of `head` that `base` has not, and the other way round. */
export async function countApart(
  repository: GitRepository,
  { base, head }: { base: string; head: string },
): Promise<{ aheadBy: number; behindBy: number }> {
  const range = `${verifiedOid(base)}...${verifiedOid(head)}`;
  const output = await readGit(repository, ['rev-list', '--left-right', '--count', range, '--']);
  const [behindBy = 0, aheadBy = 0] = output.toString('latin1').trim().split('\t').map(Number);
  return { aheadBy, behindBy };
}

/** Whether `tip` reaches a merge that `except` does not; null stands for all refs together. */
export async function hasMerge(
  repository: GitRepository,
  { tip, except }: { tip: string; except: string | null },
): Promise<boolean> {
  const known = except === null ? ['--not', '--all'] : [`^${verifiedOid(except)}`];
  const args = ['rev-list', '--merges', '--max-count=1', verifiedOid(tip), ...known];
  return (await readGit(repository, args)).length > 0;
}

export interface CommitParents {
  oid: string;
  parents: string[];
}

/**
 * What `tips` reach and `except` do not, with what it stands on, the newest first as far as its clocks tell. Ids that
 * git does not have, or that are no commits, reach nothing.
 *
 * @throws GitFailed, or the signal's reason.
 */
export async function* listParents(
  repository: GitRepository,
  { tips, except, limit }: { tips: readonly string[]; except: readonly string[]; limit: number },
): AsyncGenerator<CommitParents> {
  const stdin = [...tips, ...except.map((oid) => `^${oid}`), ''].join('\n');
  const args = ['rev-list', '--parents', '--ignore-missing', `--max-count=${limit}`, '--stdin'];
  for await (const line of linesOf(outputOf(repository, args, { stdin }))) {
    const [oid = '', ...parents] = line.split(' ');
    yield { oid, parents };
  }
}

/** The root trees of the commits that `tips` reach and no ref does. */
export async function* rootTreesBeyondRefs(repository: GitRepository, tips: readonly string[]): AsyncGenerator<string> {
  const args = ['rev-list', '--no-commit-header', '--format=%T', '--stdin', '--not', '--all'];
  yield* linesOf(outputOf(repository, args, { stdin: [...tips, ''].join('\n') }));
}
