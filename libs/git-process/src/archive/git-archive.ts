import type { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import type { GitHome } from '../home/git-home';
import { streamGit } from '../process/stream-git';

export interface GitArchiveOptions {
  repositoryPath: string;
  /** A full id; names are resolved by the caller, who has checked what its user may read. */
  commitOid: string;
  /** Stands before every path, e.g. `project-main/`. May be empty. */
  prefix: string;
  /** Literal paths from the root; everything by default. */
  paths?: readonly string[];
  signal?: AbortSignal;
}

/**
 * A tar of a commit as git-archive(1) makes it: `export-ignore`, `export-subst`, commit time and the commit's id in
 * the header. LFS pointers stay pointers. Ends, fails and is destroyed as `streamGit` says: a path that matches
 * nothing fails with a `GitFailed`.
 *
 * @throws DomainError `invalid` when `commitOid` is no full id.
 */
export function gitArchive(home: GitHome, options: GitArchiveOptions): Readable {
  assertOid(options.commitOid);
  const { repositoryPath, signal, prefix, commitOid } = options;
  return streamGit(home, {
    repositoryPath,
    signal,
    args: ['archive', '--format=tar', `--prefix=${prefix}`, commitOid, '--', ...(options.paths ?? [])],
  });
}

/** @throws DomainError `invalid` unless `oid` is 40 or 64 lower-case hex digits. */
export function assertOid(oid: string): void {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid))
    throw new DomainError('invalid', 'An object id has 40 or 64 hex digits');
}
