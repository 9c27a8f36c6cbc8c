import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { spawnGit } from '../process/spawn-git';
import { parseObjectInfo, type ObjectInfo } from './object-name';

export interface ListObjectsOptions {
  repositoryPath: string;
  /** The only directory that is looked into: the quarantine of a push, say. */
  objectDirectory: string;
  signal?: AbortSignal;
}

/**
 * Every object of one object directory with its inflated size, in the order of the ids, each once
 * (git-cat-file(1), `--batch-all-objects`). A batch for each chunk that git prints; leaving the loop ends git.
 *
 * @throws GitFailed, or the signal's reason.
 */
export async function* listObjects(home: GitHome, options: ListObjectsOptions): AsyncGenerator<ObjectInfo[]> {
  const git = await spawnGit(home, {
    repositoryPath: options.repositoryPath,
    env: { GIT_OBJECT_DIRECTORY: options.objectDirectory },
    signal: options.signal,
    args: ['cat-file', '--batch-all-objects', '--batch-check', '--buffer'],
  });
  git.stdin.end();
  let rest = '';
  try {
    for await (const chunk of git.stdout.setEncoding('latin1') as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      yield lines.flatMap((line) => parseObjectInfo(line) ?? []);
    }
    const { exitCode, stderr } = await git.done;
    options.signal?.throwIfAborted();
    if (exitCode !== 0) throw new GitFailed('cat-file', exitCode, stderr);
  } finally {
    git.stop();
    await git.done;
  }
}
