import { bytesOfPath } from '@granary/wire';
import type { GitArgument } from '../process/git-argument';
import { readGit } from '../process/ask-git';
import { verifiedOid, type GitRepository } from '../repository/git-repository';

export interface HistoryFilter {
  /** Commits whose committer date is after this moment. */
  since?: Date;
  until?: Date;
  /** The author's e-mail address, in any case. */
  authorEmail?: string;
}

/** What `tip` reaches and `except` does not. */
export interface CommitRange {
  tip: string;
  except?: string;
  filter?: HistoryFilter;
  /** Only commits that touch this path from the root, as `textOfPath` writes it; `''` for all. Renames are not followed. */
  path?: string;
}

export interface CommitWindow {
  /** How many of the newest are passed over. */
  skip?: number;
  limit?: number;
  /** `dates`: none before one that stands on it, else by date. Git needs all of them for it. */
  order?: 'dates';
  /** The oldest of the window first. */
  isReversed?: boolean;
}

/** The ids of the commits in a range, the newest first. @see git-log(1). */
export async function listCommits(repository: GitRepository, range: CommitRange & CommitWindow): Promise<string[]> {
  const { skip, limit, order, isReversed } = range;
  const options = [
    ...(order === 'dates' ? ['--date-order'] : []),
    ...(isReversed ? ['--reverse'] : []),
    ...(skip === undefined ? [] : [`--skip=${skip}`]),
    ...(limit === undefined ? [] : [`--max-count=${limit}`]),
  ];
  const output = await readGit(repository, ['log', '--format=tformat:%H', ...options, ...revisions(range)]);
  return output.toString('latin1').split('\n').slice(0, -1);
}

/** How many commits there are in a range, counting no further than `limit`. @see git-rev-list(1), "--count". */
export async function countRange(
  repository: GitRepository,
  { limit, ...range }: CommitRange & { limit?: number },
): Promise<number> {
  const most = limit === undefined ? [] : [`--max-count=${limit}`];
  const output = await readGit(repository, ['rev-list', '--count', ...most, ...revisions(range)]);
  return Number(output.toString('latin1'));
}

function revisions({ tip, except, filter, path = '' }: CommitRange): GitArgument[] {
  const known = except === undefined ? [] : [`^${verifiedOid(except)}`];
  return [...filterOptions(filter), verifiedOid(tip), ...known, '--', ...(path === '' ? [] : [bytesOfPath(path)])];
}

function filterOptions({ since, until, authorEmail }: HistoryFilter = {}): string[] {
  const options: string[] = [];
  if (since) options.push(`--since=${since.toISOString()}`);
  if (until) options.push(`--until=${until.toISOString()}`);
  // As a fixed string: an address is no pattern.
  if (authorEmail) options.push('--fixed-strings', '--regexp-ignore-case', `--author=<${authorEmail}>`);
  return options;
}
