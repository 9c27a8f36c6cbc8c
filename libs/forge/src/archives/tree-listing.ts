import { GitFailed, spawnGit, type GitHome } from '@granary/git-process';
import { parseLsTree, type LsTreeEntry } from '@granary/wire';

/** Where and as of when git is asked. */
export interface CommitLocation {
  home: GitHome;
  /** Absolute path of the bare repository. */
  repositoryPath: string;
  /** A full commit id, never a name. */
  commit: string;
  signal: AbortSignal;
}

/**
 * All files of the commit, or those at and below `paths`, in the order in which `git archive` gives them. Paths are
 * one character a byte ({@link pathBytes}). Leaving the loop early ends git: a tiny pack can list a million paths.
 *
 * @throws GitFailed when the commit cannot be read.
 * @see git-ls-tree(1).
 */
export async function* listTree(at: CommitLocation, paths: readonly string[]): AsyncGenerator<LsTreeEntry> {
  const git = spawnGit(at.home, {
    args: ['ls-tree', '-r', '-l', '-z', at.commit, '--', ...paths],
    repositoryPath: at.repositoryPath,
    signal: at.signal,
  });
  git.stdin.end();
  let unfinished = '';
  try {
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) {
      const text = unfinished + chunk.toString('latin1');
      const end = text.lastIndexOf('\0') + 1;
      unfinished = text.slice(end);
      yield* parseLsTree(text.slice(0, end));
    }
    at.signal.throwIfAborted();
    const { exitCode, stderr } = await git.done;
    if (exitCode !== 0 || unfinished !== '') throw new GitFailed('ls-tree', exitCode, stderr);
  } finally {
    git.stop();
    git.stdout.destroy();
    await git.done;
  }
}
