import { readGit } from '../process/ask-git';
import type { RunGitOptions } from '../process/run-git';
import type { GitRepository } from '../repository/git-repository';
import { parseObjectInfo, type ObjectInfo } from './object-name';

/**
 * Looks up objects by ids, or by ids with a suffix such as `^{commit}`, in one git process.
 *
 * @param names never from a user as they are: a line feed would be a second name.
 * @returns for each name in turn what it stands for, or null.
 * @throws GitFailed, or the signal's reason.
 * @see git-cat-file(1), "BATCH OUTPUT".
 */
export async function lookUpObjects(
  repository: GitRepository,
  names: readonly string[],
  options: Pick<RunGitOptions, 'priority' | 'maxOutputBytes'> = {},
): Promise<(ObjectInfo | null)[]> {
  if (names.length === 0) return [];
  const stdin = `${names.join('\n')}\n`;
  const output = await readGit(repository, ['cat-file', '--batch-check', '--buffer'], { stdin, ...options });
  return output.toString('utf8').split('\n').slice(0, -1).map(parseObjectInfo);
}

/** The commits that `oids`, tags for the most part, stand for. What stands for none is left out. */
export async function commitsBehind(
  repository: GitRepository,
  oids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await lookUpObjects(
    repository,
    oids.map((oid) => `${oid}^{commit}`),
  );
  return new Map(oids.flatMap((oid, at) => (found[at] ? [[oid, found[at].oid]] : [])));
}
