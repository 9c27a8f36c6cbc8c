import { createHash } from 'node:crypto';
import { bytesOfPath, textOfPath, type LogRecord } from '@granary/wire';
import { outputOf } from '../process/ask-git';
import { verifiedOid, type GitRepository } from '../repository/git-repository';
import { knownOfIds } from '../snapshot/known-of';
import { parsePath } from '../trees/path-in-tree';
import { readCommits } from './history';

export interface LastCommitsQuery {
  /** A commit. */
  sha: string;
  /** The directory; `''` is the root. */
  path: string;
  /** Entries of that directory in that commit. */
  entries: readonly { path: string; oid: string }[];
  /** How many commits that touch the directory are looked at before giving up; 10,000 unless told. */
  maxCommits?: number;
}

export interface FolderCommits {
  /** Null where no commit touched the directory. */
  newest: LogRecord | null;
  /** As {@link lastCommits} has it. */
  last: Map<string, LogRecord | null>;
}

/**
 * For each entry the commit that gave it its present content, in one walk that ends as soon as all are found.
 *
 * A commit counts for an entry only if it leaves the entry just as it is now. So what a merge threw away counts for
 * nothing, and a merge counts only where it differs from all its parents, as for `git log -- <entry>`.
 *
 * @returns by path; null where the walk was given up before.
 * @see git-log(1), "History Simplification"; git-diff-tree(1), "Raw output format" and "Diff format for merges".
 */
export async function lastCommits(
  repository: GitRepository,
  query: LastCommitsQuery,
): Promise<Map<string, LogRecord | null>> {
  return (await folderCommits(repository, query)).last;
}

/** {@link lastCommits}, and in the same walk the newest commit that touched the directory at all. */
export async function folderCommits(repository: GitRepository, query: LastCommitsQuery): Promise<FolderCommits> {
  const { sha, path, entries } = query;
  // What stands in the directory follows from the commit, but not how much of it is asked for.
  const asked = createHash('sha256').update(entries.map((entry) => entry.path).join('\0'));
  const question = ['last-commits', sha, path, query.maxCommits ?? '', asked.digest('hex')];
  const read = () => findShas(repository, query);
  const { newest, found } = await knownOfIds(repository, question, read, (walked) => 1 + walked.found.size);
  const commits = await readCommits(repository, [...new Set([...found.values(), ...(newest ? [newest] : [])])]);
  return {
    newest: commits.get(newest ?? '') ?? null,
    last: new Map(entries.map((entry) => [entry.path, commits.get(found.get(entry.path) ?? '') ?? null])),
  };
}

interface Walked {
  newest: string | null;
  /** By path. */
  found: ReadonlyMap<string, string>;
}

async function findShas(repository: GitRepository, query: LastCommitsQuery): Promise<Walked> {
  const { entries, maxCommits = 10_000 } = query;
  const pending = new Map(entries.map((entry) => [entry.path, entry.oid]));
  const found = new Map<string, string>();
  let sha = '';
  let newest: string | null = null;
  let commits = 0;
  for await (const step of walk(repository, query)) {
    if (step.kind === 'commit') newest ??= step.sha;
    if (pending.size === 0 || commits > maxCommits) break;
    if (step.kind === 'commit') {
      sha = step.sha;
      commits++;
    } else if (pending.get(step.path) === step.oid) {
      pending.delete(step.path);
      found.set(step.path, sha);
    }
  }
  return { newest, found };
}

type Step = { kind: 'commit'; sha: string } | { kind: 'change'; path: string; oid: string };

async function* walk(repository: GitRepository, query: LastCommitsQuery): AsyncGenerator<Step> {
  const path = parsePath(query.path);
  // -t: directories too; -c: of a merge only what differs from all its parents.
  const diff = ['--raw', '-t', '-c', '-z', '--no-abbrev', '--no-renames'];
  const args = [
    'log',
    '--format=tformat:%H',
    ...diff,
    verifiedOid(query.sha),
    '--',
    ...(path === '' ? [] : [bytesOfPath(path)]),
  ];
  let change: string | null = null;
  for await (const token of nulTokens(outputOf(repository, args))) {
    if (change !== null) {
      yield { kind: 'change', path: textOfPath(Buffer.from(token, 'latin1')), oid: resultOid(change) };
      change = null;
    } else if (token.startsWith(':')) change = token;
    else if (token !== '') yield { kind: 'commit', sha: token };
  }
}

/** NUL-terminated pieces, one character a byte, without the line feed that git puts between a commit and its changes. */
async function* nulTokens(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let unfinished: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = unfinished.length === 0 ? chunk : Buffer.concat([unfinished, chunk]);
    const end = bytes.lastIndexOf(0);
    unfinished = bytes.subarray(end + 1);
    if (end < 0) continue;
    for (const token of bytes.toString('latin1', 0, end).split('\0')) yield token.replace(/^\n(?=:)/, '');
  }
}

/** `::<mode> <mode> <mode> <oid> <oid> <oid> MM`: a colon for each parent, and the result's id behind the parents'. */
function resultOid(change: string): string {
  const parents = change.lastIndexOf(':') + 1;
  return change.split(' ')[2 * parents + 1] ?? '';
}
