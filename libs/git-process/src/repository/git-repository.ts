import { DomainError } from '@granary/kernel';
import { isOid } from '@granary/wire';
import type { BlobSource } from '../blob-spool/blob-source';
import type { CatFile } from '../cat-file/cat-file';
import type { GitHome } from '../home/git-home';
import type { Quarantine } from '../hooks/push-hooks';
import { quarantineEnvironment } from '../hooks/quarantine';
import type { KnownAnswers } from '../snapshot/known-answers';

/** A bare repository on the disk, and who waits for the answers: what every question to git is asked of. */
export interface GitRepository {
  home: GitHome;
  /** Absolute. */
  path: string;
  /** Ends every git process that was started for the reader. */
  signal?: AbortSignal;
  /** Shows git more than the repository itself: see {@link withQuarantine}. */
  env?: Readonly<Record<string, string>>;
  /** Where many may ask at once; git by itself when left out. */
  blobs?: BlobSource;
  /** The process that all readers of the repository share; one of its own for each question when left out. */
  objects?: CatFile;
  /** What was asked before and is still right; git is asked each time when left out. */
  known?: KnownAnswers;
}

/** One whose objects many questions are asked of. */
export type OpenedRepository = GitRepository & Required<Pick<GitRepository, 'objects'>>;

/** The repository with the objects of a push, which no other reader sees: nothing is shared with them. */
export function withQuarantine({ home, path, signal }: GitRepository, quarantine: Quarantine | null): GitRepository {
  return { home, path, signal, env: quarantine ? quarantineEnvironment(quarantine) : undefined };
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
