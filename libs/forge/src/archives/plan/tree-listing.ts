import { streamGit, type GitHome } from '@granary/git-process';
import { bytesOfPath, parseLsTree, type LsTreeEntry } from '@granary/wire';

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
 * one character a byte ({@link pathBytes}). Sizes are null unless asked for: git opens every object for them. Leaving the loop early ends git: a tiny pack can list a million paths.
 *
 * @throws GitFailed when the commit cannot be read.
 * @see git-ls-tree(1).
 */
export async function* listTree(
  at: CommitLocation,
  { paths, withSizes }: { paths: readonly string[]; withSizes: boolean },
): AsyncGenerator<LsTreeEntry> {
  const listing = streamGit(at.home, {
    args: ['ls-tree', '-r', '-z', ...(withSizes ? ['-l'] : []), at.commit, '--', ...paths.map(bytesOfPath)],
    repositoryPath: at.repositoryPath,
    signal: at.signal,
  });
  let unfinished = '';
  for await (const chunk of listing as AsyncIterable<Buffer>) {
    const text = unfinished + chunk.toString('latin1');
    const end = text.lastIndexOf('\0') + 1;
    unfinished = text.slice(end);
    yield* parseLsTree(text.slice(0, end));
  }
  if (unfinished !== '') throw new Error('git ls-tree ended inside a record.');
}
