import { runGit, streamGit, type GitHome, type RunGitOptions, type StreamGitOptions } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { isOid, LOG_OPTIONS, LogParser, type LogRecord } from '@granary/wire';
import type { BlobSource } from './blob-source';

/** A repository to read, and who waits for the answer. */
export interface BareRepository {
  home: GitHome;
  /** Absolute. */
  path: string;
  /** Ends every git process that was started for the reader. */
  signal?: AbortSignal;
  /** Where many may ask at once; git by itself when left out. */
  blobs?: BlobSource;
}

export const notFound = (what: string): DomainError => new DomainError('not_found', `${what} not found`);

/**
 * `sha`, once it is known to be an object id and nothing else: then git cannot read it as an option or a path.
 *
 * @throws DomainError `not_found`.
 */
export function verifiedOid(sha: string): string {
  if (!isOid(sha)) throw notFound('Commit');
  return sha;
}

/** The whole standard output of a short answer. */
export async function readGit(
  repository: BareRepository,
  args: readonly string[],
  options: Pick<RunGitOptions, 'stdin' | 'maxOutputBytes'> = {},
): Promise<Buffer> {
  const { home, path, signal } = repository;
  const { stdout } = await runGit(home, { args, repositoryPath: path, signal, ...options });
  return stdout;
}

/**
 * The standard output of git, piece by piece. Who leaves the loop early ends git.
 *
 * @throws GitFailed when git fails before its reader has enough.
 */
export function outputOf(
  { home, path, signal }: BareRepository,
  args: readonly string[],
  options: Pick<StreamGitOptions, 'stdin'> = {},
): AsyncIterable<Buffer> {
  return streamGit(home, { args, repositoryPath: path, signal, ...options });
}

/** What `git log` with `args` says; a commit with a message of megabytes costs no more memory than another. */
export async function readLog(
  repository: BareRepository,
  args: readonly string[],
  options: Pick<StreamGitOptions, 'stdin'> = {},
): Promise<LogRecord[]> {
  const parser = new LogParser();
  const records: LogRecord[] = [];
  for await (const chunk of outputOf(repository, ['log', ...LOG_OPTIONS, ...args], options)) {
    records.push(...parser.push(chunk));
  }
  parser.end();
  return records;
}

/** At most `maxBytes` of git's standard output; git is ended when it has more to say. */
export async function readGitPrefix(
  repository: BareRepository,
  args: readonly string[],
  maxBytes: number,
): Promise<{ output: Buffer; isCut: boolean }> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of outputOf(repository, args)) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) break;
  }
  return { output: Buffer.concat(chunks).subarray(0, maxBytes), isCut: sizeBytes > maxBytes };
}
