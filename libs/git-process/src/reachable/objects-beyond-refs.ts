import { pipeline } from 'node:stream/promises';
import { parseObjectInfo, type ObjectInfo } from '../cat-file/object-name';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { linesOf } from '../process/lines';
import { spawnGit, type GitProcess, type SpawnGitOptions } from '../process/spawn-git';

export interface ObjectsBeyondRefsOptions extends Pick<SpawnGitOptions, 'repositoryPath' | 'env' | 'signal'> {
  /** Ids to begin at; each must be there. */
  tips: readonly string[];
}

/**
 * Every object that `tips` reach and no ref does, with its inflated size, in no order (git-rev-list(1), `--objects`).
 * Contents that only older commits hold count as beyond, as they do for a client that packs a push. What is gone is
 * walked past. Leaving the loop ends git.
 *
 * @throws GitFailed, or the signal's reason.
 */
export async function* objectsBeyondRefs(
  home: GitHome,
  { tips, ...where }: ObjectsBeyondRefsOptions,
): AsyncGenerator<ObjectInfo> {
  if (tips.length === 0) return;
  const listing = ['rev-list', '--objects', '--no-object-names', '--missing=allow-any', '--ignore-missing'];
  const lister = await spawnGit(home, { ...where, args: [...listing, '--stdin', '--not', '--all'] });
  try {
    const reader = await spawnGit(home, { ...where, args: ['cat-file', '--batch-check', '--buffer'] });
    try {
      lister.stdin.end(`${tips.join('\n')}\n`);
      // When the reader dies early its pipe breaks; exit codes tell what happened.
      const piped = pipeline(lister.stdout, reader.stdin).catch(() => undefined);
      yield* readInfos(reader);
      await piped;
      await requireSuccess('rev-list', lister, where.signal);
      await requireSuccess('cat-file', reader, where.signal);
    } finally {
      reader.stop();
      await reader.done;
    }
  } finally {
    lister.stop();
    await lister.done;
  }
}

async function* readInfos({ stdout }: GitProcess): AsyncGenerator<ObjectInfo> {
  for await (const line of linesOf(stdout)) {
    const info = parseObjectInfo(line);
    if (info) yield info;
  }
}

async function requireSuccess(verb: string, git: GitProcess, signal: AbortSignal | undefined): Promise<void> {
  const { exitCode, stderr } = await git.done;
  signal?.throwIfAborted();
  if (exitCode !== 0) throw new GitFailed(verb, exitCode, stderr);
}
