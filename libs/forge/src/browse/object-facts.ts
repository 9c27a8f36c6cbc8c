import { readGit, type BareRepository } from './bare-repository';

export interface ObjectFacts {
  oid: string;
  type: string;
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
  repository: BareRepository,
  names: readonly string[],
): Promise<(ObjectFacts | null)[]> {
  if (names.length === 0) return [];
  const output = await readGit(repository, ['cat-file', '--batch-check', '--buffer'], {
    stdin: `${names.join('\n')}\n`,
  });
  const lines = output.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [, oid = '', type = '', size = ''] = /^([0-9a-f]{40,64}) (commit|tree|blob|tag) (\d+)$/.exec(line) ?? [];
    return oid ? { oid, type, sizeBytes: Number(size) } : null;
  });
}

/** The commit behind a commit, a tag, or a tag of a tag; null when there is none, or no such object. */
export async function peelToCommit(repository: BareRepository, idOrAbbreviation: string): Promise<string | null> {
  const [found] = await lookUpObjects(repository, [`${idOrAbbreviation}^{commit}`]);
  return found?.oid ?? null;
}
