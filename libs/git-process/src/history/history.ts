import type { LogRecord } from '@granary/wire';
import { notFound, verifiedOid, type GitRepository } from '../repository/git-repository';
import { knownOfIds } from '../snapshot/known-of';
import { parsePath } from '../trees/path-in-tree';
import { readCommitObjects } from './commit-objects';
import { countRange, listCommits, type CommitRange, type CommitWindow, type HistoryFilter } from './list-commits';

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
export async function readHistory(repository: GitRepository, query: HistoryQuery): Promise<HistoryPage> {
  const { sha, page, perPage, filter } = query;
  const path = parsePath(query.path);
  const window = { skip: (page - 1) * perPage, limit: perPage + 1 };
  const list = () => listCommits(repository, { tip: sha, path, filter, ...window });
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
  repository: GitRepository,
  { sha, path }: Pick<HistoryQuery, 'sha' | 'path'>,
): Promise<LogRecord> {
  if (parsePath(path) === '') return readCommit(repository, sha);
  const newest = await knownOfIds(repository, ['newest', sha, path], async () => {
    const { commits } = await readHistory(repository, { sha, path, page: 1, perPage: 1 });
    return commits[0]?.sha;
  });
  return readCommit(repository, newest ?? sha);
}

/**
 * How many commits {@link readHistory} has on all its pages.
 *
 * @returns null when git has not counted them within `timeoutMs`.
 */
export async function countHistory(
  repository: GitRepository,
  { sha, path, filter }: Pick<HistoryQuery, 'sha' | 'path' | 'filter'>,
  timeoutMs: number,
): Promise<number | null> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = repository.signal ? AbortSignal.any([repository.signal, timeout]) : timeout;
  try {
    return await countRange({ ...repository, signal }, { tip: sha, path: parsePath(path), filter });
  } catch (error) {
    if (timeout.aborted) return null;
    throw error;
  }
}

/** The commits of {@link listCommits}. */
export async function readLog(repository: GitRepository, range: CommitRange & CommitWindow): Promise<LogRecord[]> {
  return commitsOf(repository, await listCommits(repository, range));
}

async function commitsOf(repository: GitRepository, shas: readonly string[]): Promise<LogRecord[]> {
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
export async function readCommit(repository: GitRepository, sha: string): Promise<LogRecord> {
  const limits = { maxObjectBytes: MAX_SINGLE_BYTES, maxMessageBytes: MAX_SINGLE_BYTES };
  const commit = (await readCommitObjects(repository, [verifiedOid(sha)], limits)).get(sha);
  if (!commit) throw notFound('Commit');
  return commit;
}

/** The commits with these ids; those of anything else are left out. */
export function readCommits(repository: GitRepository, shas: readonly string[]): Promise<Map<string, LogRecord>> {
  return readCommitObjects(repository, shas.map(verifiedOid));
}

/**
 * How many commits a commit has behind it, itself included.
 *
 * @returns null when there are more than `cap`: counting them all would take too long.
 */
export function countCommits(repository: GitRepository, sha: string, cap: number): Promise<number | null> {
  return knownOfIds(repository, ['count', sha, cap], () => countBehind(repository, sha, cap));
}

async function countBehind(repository: GitRepository, sha: string, cap: number): Promise<number | null> {
  const count = await countRange(repository, { tip: sha, limit: cap + 1 });
  return count > cap ? null : count;
}
