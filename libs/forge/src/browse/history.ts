import type { GitArgument } from '@granary/git-process';
import { bytesOfPath, type LogRecord } from '@granary/wire';
import { knownOfIds, notFound, readGit, verifiedOid, type BareRepository } from './bare-repository';
import { readCommitObjects } from './commit-objects';
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
  const pathspec = path === '' ? [] : [bytesOfPath(path)];
  const options = [...range, ...filterOptions(filter)];
  const list = () => listLog(repository, [...options, verifiedOid(sha), '--', ...pathspec]);
  const question = ['history', sha, path, page, perPage];
  const shas = filter ? await list() : await knownOfIds(repository, question, list, ({ length }) => 1 + length);
  const commits = await commitsOf(repository, shas);
  if (commits.length === 0 && page === 1 && !filter) throw notFound('Path');
  return { commits: commits.slice(0, perPage), hasNext: commits.length > perPage };
}

/**
 * The newest commit of {@link readHistory}.
 *
 * @throws DomainError `not_found` when no commit ever touched the path.
 */
export async function newestCommit(
  repository: BareRepository,
  { sha, path }: Pick<HistoryQuery, 'sha' | 'path'>,
): Promise<LogRecord> {
  if (parsePath(path) === '') return readCommit(repository, sha);
  const newest = await knownOfIds(repository, ['newest', sha, path], async () => {
    const { commits } = await readHistory(repository, { sha, path, page: 1, perPage: 1 });
    return commits[0]?.sha;
  });
  return readCommit(repository, newest ?? sha);
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
  const pathspec = within === '' ? [] : [bytesOfPath(within)];
  const args = ['rev-list', '--count', ...filterOptions(filter), verifiedOid(sha), '--', ...pathspec];
  try {
    return Number((await readGit({ ...repository, signal }, args)).toString('latin1'));
  } catch (error) {
    if (timeout.aborted) return null;
    throw error;
  }
}

/**
 * What `git log` with `args` lists, in its order.
 *
 * @param args no format, no diff.
 */
export async function readLog(repository: BareRepository, args: readonly GitArgument[]): Promise<LogRecord[]> {
  return commitsOf(repository, await listLog(repository, args));
}

async function listLog(repository: BareRepository, args: readonly GitArgument[]): Promise<string[]> {
  const output = await readGit(repository, ['log', '--format=tformat:%H', ...args]);
  return output.toString('latin1').split('\n').slice(0, -1);
}

async function commitsOf(repository: BareRepository, shas: readonly string[]): Promise<LogRecord[]> {
  const commits = await readCommitObjects(repository, shas);
  return shas.flatMap((sha) => commits.get(sha) ?? []);
}

/** Of a commit that is looked at by itself, a message is whole up to here. */
const MAX_SINGLE_BYTES = 1024 * 1024;

/**
 * One commit, by its whole id.
 *
 * @throws DomainError `not_found`.
 */
export async function readCommit(repository: BareRepository, sha: string): Promise<LogRecord> {
  const limits = { maxObjectBytes: MAX_SINGLE_BYTES, maxMessageBytes: MAX_SINGLE_BYTES };
  const commit = (await readCommitObjects(repository, [verifiedOid(sha)], limits)).get(sha);
  if (!commit) throw notFound('Commit');
  return commit;
}

/** The commits with these ids; those of anything else are left out. */
export function readCommits(repository: BareRepository, shas: readonly string[]): Promise<Map<string, LogRecord>> {
  return readCommitObjects(repository, shas.map(verifiedOid));
}

/**
 * How many commits a commit has behind it, itself included.
 *
 * @returns null when there are more than `cap`: counting them all would take too long.
 */
export function countCommits(repository: BareRepository, sha: string, cap: number): Promise<number | null> {
  return knownOfIds(repository, ['count', sha, cap], () => countBehind(repository, sha, cap));
}

async function countBehind(repository: BareRepository, sha: string, cap: number): Promise<number | null> {
  const output = await readGit(repository, ['rev-list', '--count', `--max-count=${cap + 1}`, verifiedOid(sha)]);
  const count = Number(output.toString('latin1'));
  return count > cap ? null : count;
}
