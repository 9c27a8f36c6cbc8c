import { lookUpObjects } from '@granary/git-process';
import type { LogRecord } from '@granary/wire';
import { notFound, readGit, readLog, verifiedOid, type BareRepository } from './bare-repository';
import { parsePath } from './path-in-tree';

export interface HistoryQuery {
  /** A commit. */
  sha: string;
  /** Only commits that touch this path; `''` for all. */
  path: string;
  /** From 1. */
  page: number;
  perPage: number;
  filter?: HistoryFilter;
}

export interface HistoryFilter {
  /** Commits whose committer date is after this moment. */
  since?: Date;
  until?: Date;
  /** The author's e-mail address, in any case. */
  authorEmail?: string;
}

export interface HistoryPage {
  /** Newest first. */
  commits: LogRecord[];
  hasNext: boolean;
}

/**
 * A page of the history of a commit or of one path in it. Renames are not followed.
 *
 * @throws DomainError `not_found` when no commit ever touched the path; with a filter that is an empty page.
 * @see git-log(1).
 */
export async function readHistory(repository: BareRepository, query: HistoryQuery): Promise<HistoryPage> {
  const { sha, page, perPage, filter } = query;
  const path = parsePath(query.path);
  const range = [`--skip=${(page - 1) * perPage}`, `--max-count=${perPage + 1}`];
  const pathspec = path === '' ? [] : [path];
  const options = [...range, ...filterOptions(filter)];
  const commits = await readLog(repository, [...options, verifiedOid(sha), '--', ...pathspec]);
  if (commits.length === 0 && page === 1 && !filter) throw notFound('Path');
  return { commits: commits.slice(0, perPage), hasNext: commits.length > perPage };
}

function filterOptions({ since, until, authorEmail }: HistoryFilter = {}): string[] {
  const options: string[] = [];
  if (since) options.push(`--since=${since.toISOString()}`);
  if (until) options.push(`--until=${until.toISOString()}`);
  // As a fixed string: an address is no pattern.
  if (authorEmail) options.push('--fixed-strings', '--regexp-ignore-case', `--author=<${authorEmail}>`);
  return options;
}

/**
 * How many commits {@link readHistory} has on all its pages.
 *
 * @returns null when git has not counted them within `timeoutMs`.
 */
export async function countHistory(
  repository: BareRepository,
  { sha, path, filter }: Pick<HistoryQuery, 'sha' | 'path' | 'filter'>,
  timeoutMs: number,
): Promise<number | null> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = repository.signal ? AbortSignal.any([repository.signal, timeout]) : timeout;
  const within = parsePath(path);
  const pathspec = within === '' ? [] : [within];
  const args = ['rev-list', '--count', ...filterOptions(filter), verifiedOid(sha), '--', ...pathspec];
  try {
    return Number((await readGit({ ...repository, signal }, args)).toString('latin1'));
  } catch (error) {
    if (timeout.aborted) return null;
    throw error;
  }
}

/**
 * One commit, by its whole id.
 *
 * @throws DomainError `not_found`.
 */
export async function readCommit(repository: BareRepository, sha: string): Promise<LogRecord> {
  const [facts] = await lookUpObjects(repository, [verifiedOid(sha)]);
  const commit = facts?.type === 'commit' ? (await readCommits(repository, [sha])).get(sha) : undefined;
  if (!commit) throw notFound('Commit');
  return commit;
}

/** The commits with these ids, in one git process; ids of anything else are an error. */
export async function readCommits(
  repository: BareRepository,
  shas: readonly string[],
): Promise<Map<string, LogRecord>> {
  if (shas.length === 0) return new Map();
  const stdin = `${shas.map(verifiedOid).join('\n')}\n`;
  const commits = await readLog(repository, ['--no-walk=unsorted', '--stdin'], { stdin });
  return new Map(commits.map((commit) => [commit.sha, commit]));
}

/**
 * How many commits a commit has behind it, itself included.
 *
 * @returns null when there are more than `cap`: counting them all would take too long.
 */
export async function countCommits(repository: BareRepository, sha: string, cap: number): Promise<number | null> {
  const output = await readGit(repository, ['rev-list', '--count', `--max-count=${cap + 1}`, verifiedOid(sha)]);
  const count = Number(output.toString('latin1'));
  return count > cap ? null : count;
}
