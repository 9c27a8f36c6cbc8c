import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';

/** Those of `oids` that the repository has. @throws GitFailed, or the signal's reason. */
export async function presentObjects(
  home: GitHome,
  repositoryPath: string,
  { oids, signal }: { oids: readonly string[]; signal?: AbortSignal },
): Promise<string[]> {
  if (oids.length === 0) return [];
  const { stdout } = await runGit(home, {
    repositoryPath,
    signal,
    args: ['cat-file', '--batch-check=%(objectname)', '--buffer'],
    stdin: `${oids.join('\n')}\n`,
  });
  return stdout
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '' && !line.includes(' '));
}
