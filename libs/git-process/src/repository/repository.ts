import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError, makeDurableDirectory, syncDirectory, syncTree } from '@granary/kernel';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { runGit } from '../process/run-git';
import { writeHead } from './write-head';

export type ObjectFormat = 'sha1' | 'sha256';

export interface InitRepositoryOptions {
  objectFormat: ObjectFormat;
  /** Short name of the branch that HEAD names, e.g. `main`. */
  defaultBranch: string;
}

/** Where a repository's HEAD points. */
export interface Head {
  /** Full name, e.g. `refs/heads/main`; `null` when HEAD is detached. */
  ref: string | null;
  /** `null` while that branch does not exist. */
  oid: string | null;
}

/**
 * Creates a bare repository that appears at `path` complete or not at all, and is there after a power cut.
 *
 * @throws DomainError `conflict` when something is at `path` already, `invalid` when `defaultBranch` is no branch name.
 */
export async function initRepository(home: GitHome, path: string, options: InitRepositoryOptions): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await makeDurableDirectory(dirname(path), 0o755);
  try {
    await runGit(home, {
      args: [
        'init',
        '--bare',
        '--quiet',
        '--template=',
        `--object-format=${options.objectFormat}`,
        `--initial-branch=${options.defaultBranch}`,
        '--',
        temporary,
      ],
    });
    // Git syncs neither HEAD nor config: a repository whose HEAD is empty is none.
    await syncTree(temporary);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
    // Another creation may have made this directory a moment ago, and not have come as far as to sync it.
    await syncDirectory(dirname(dirname(path)));
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) {
      throw new DomainError('conflict', 'A repository is stored there already', { cause: error });
    }
    throw badName(error);
  }
}

/**
 * Points HEAD at the branch `ref` (full name), which need not exist. On the disk when this returns.
 *
 * @throws DomainError `invalid` when `ref` is no full branch name, `conflict` while somebody else changes HEAD.
 */
export async function setHead(home: GitHome, repositoryPath: string, ref: string): Promise<void> {
  if (!ref.startsWith('refs/heads/')) throw new DomainError('invalid', 'HEAD can only point at a branch');
  const { exitCode } = await runGit(home, {
    repositoryPath,
    args: ['check-ref-format', ref],
    acceptExitCodes: [0, 1],
  });
  if (exitCode !== 0) throw new DomainError('invalid', 'This is not a valid branch name');
  await writeHead(repositoryPath, ref);
}

function badName(error: unknown): unknown {
  if (!(error instanceof GitFailed) || !/invalid (ref|initial branch name)/.test(error.stderr)) return error;
  return new DomainError('invalid', 'This is not a valid branch name', { cause: error });
}

export async function readHead(home: GitHome, repositoryPath: string): Promise<Head> {
  const [symbolic, resolved] = await Promise.all([
    runGit(home, { repositoryPath, args: ['symbolic-ref', '--quiet', 'HEAD'], acceptExitCodes: [0, 1] }),
    runGit(home, { repositoryPath, args: ['rev-parse', '--quiet', '--verify', 'HEAD'], acceptExitCodes: [0, 1] }),
  ]);
  return { ref: firstLine(symbolic.stdout), oid: firstLine(resolved.stdout) };
}

function firstLine(output: Buffer): string | null {
  return output.toString('utf8').split('\n', 1)[0] || null;
}
