import {
  openPrivateCatFile,
  runGit,
  streamGit,
  type CatFile,
  type GitArgument,
  type GitHome,
  type KnownAnswers,
  type RunGitOptions,
  type StreamGitOptions,
} from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { isOid } from '@granary/wire';
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
  /** The process that all readers of the repository share; one of its own for each question when left out. */
  objects?: CatFile;
  /** What was asked before and is still right; git is asked each time when left out. */
  known?: KnownAnswers;
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

/** What ids say, which is the same for ever; `question` names them, and what of them is asked. */
export function knownOfIds<T>(
  { known, path }: BareRepository,
  question: readonly (string | number)[],
  read: () => Promise<T>,
  weigh?: (value: T) => number,
): Promise<T> {
  return known ? known.ofIds(path, question.join('\0'), { read, weigh }) : read();
}

/** What refs say until one of them moves. */
export function knownOfRefs<T>(
  { known, path }: BareRepository,
  question: readonly (string | number)[],
  read: () => Promise<T>,
  weigh?: (value: T) => number,
): Promise<T> {
  return known ? known.ofRefs(path, question.join('\0'), { read, weigh }) : read();
}

/** The whole standard output of a short answer. */
export async function readGit(
  repository: BareRepository,
  args: readonly GitArgument[],
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
  args: readonly GitArgument[],
  options: Pick<StreamGitOptions, 'stdin'> = {},
): AsyncIterable<Buffer> {
  return streamGit(home, { args, repositoryPath: path, signal, ...options });
}

/** At most `maxBytes` of git's standard output; git is ended when it has more to say. */
export async function readGitPrefix(
  repository: BareRepository,
  args: readonly GitArgument[],
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

/** `work` with the process that the repository's readers share, or with one of its own. */
export async function withObjects<T>(repository: BareRepository, work: (objects: CatFile) => Promise<T>): Promise<T> {
  if (repository.objects) return work(repository.objects);
  const { home, path: repositoryPath, signal } = repository;
  const own = openPrivateCatFile(home, { repositoryPath, signal });
  try {
    return await work(own.catFile);
  } finally {
    await own.close();
  }
}
