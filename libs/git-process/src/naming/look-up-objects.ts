import type { GitHome } from '../home/git-home';
import type { CatFile } from '../cat-file/cat-file';
import { runGit } from '../process/run-git';

/** A repository whose names are asked for. */
export interface NameSource {
  home: GitHome;
  /** Of the repository, absolute. */
  path: string;
  /** Ends the git processes that were started for the reader. */
  signal?: AbortSignal;
  /** Answers for one object at a time without a process of its own. */
  objects?: Pick<CatFile, 'info'>;
}

export interface ObjectFacts {
  oid: string;
  type: 'commit' | 'tree' | 'blob' | 'tag';
  sizeBytes: number;
}

/**
 * Looks up objects by ids, or by ids with a suffix such as `^{commit}`, in one git process.
 *
 * @param names never from a user as they are: a line feed would be a second name.
 * @returns for each name in turn what it stands for, or null.
 * @see git-cat-file(1), "BATCH OUTPUT".
 */
export async function lookUpObjects(
  { home, path, signal }: NameSource,
  names: readonly string[],
): Promise<(ObjectFacts | null)[]> {
  if (names.length === 0) return [];
  const { stdout } = await runGit(home, {
    repositoryPath: path,
    args: ['cat-file', '--batch-check', '--buffer'],
    stdin: `${names.join('\n')}\n`,
    signal,
  });
  const lines = stdout.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [, oid = '', type = '', size = ''] = /^([0-9a-f]{40,64}) (commit|tree|blob|tag) (\d+)$/.exec(line) ?? [];
    return oid ? { oid, type: type as ObjectFacts['type'], sizeBytes: Number(size) } : null;
  });
}
