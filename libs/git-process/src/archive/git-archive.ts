import type { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import { bytesOfPath } from '@granary/wire';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { streamGit } from '../process/stream-git';
import { archivableCommit } from './archivable-commit';
import { replaceCommit } from './replaced-commit';

export interface GitArchiveOptions {
  repositoryPath: string;
  /** A full id; names are resolved by the caller, who has checked what its user may read. */
  commitOid: string;
  /** Stands before every path, e.g. `project-main/`. May be empty. */
  prefix: string;
  /** Literal paths from the root, as `textOfPath` writes them; everything by default. */
  paths?: readonly string[];
  signal?: AbortSignal;
}

/**
 * A tar of a commit as git-archive(1) makes it: `export-ignore`, `export-subst`, commit time and the commit's id in
 * the header. LFS pointers stay pointers. Commits with dates of which git would die are archived too
 * ({@link archivableCommit}). Ends, fails and is destroyed as `streamGit` says: a path that matches nothing fails with
 * a `GitFailed`.
 *
 * @throws DomainError `invalid` when `commitOid` is no full id.
 */
export async function gitArchive(home: GitHome, options: GitArchiveOptions): Promise<Readable> {
  assertOid(options.commitOid);
  const { repositoryPath, signal, prefix, commitOid } = options;
  const content = archivableCommit(await startOfCommit(home, options));
  const replaced = content && (await replaceCommit(home, { repositoryPath, oid: commitOid, content, signal }));
  const output = streamGit(home, {
    repositoryPath: replaced?.path ?? repositoryPath,
    env: replaced?.env,
    signal,
    args: ['archive', '--format=tar', `--prefix=${prefix}`, commitOid, '--', ...(options.paths ?? []).map(bytesOfPath)],
  });
  if (replaced) output.once('close', () => void replaced.remove());
  return output;
}

/** Behind it no header goes on, whatever the message holds. */
const MAX_COMMIT_BYTES = 4 * 1024 * 1024;

async function startOfCommit(home: GitHome, { repositoryPath, signal, commitOid }: GitArchiveOptions): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const args = ['cat-file', 'commit', commitOid];
  try {
    for await (const chunk of streamGit(home, { repositoryPath, signal, args }) as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes >= MAX_COMMIT_BYTES) break;
    }
  } catch (error) {
    // What cannot be read, git archive will tell.
    if (!(error instanceof GitFailed)) throw error;
  }
  return Buffer.concat(chunks);
}

/** @throws DomainError `invalid` unless `oid` is 40 or 64 lower-case hex digits. */
export function assertOid(oid: string): void {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid))
    throw new DomainError('invalid', 'An object id has 40 or 64 hex digits');
}
