import { checkAttributes, type GitHome } from '@granary/git-process';

/** Those of `paths` that `.gitattributes` of the commit mark for Git LFS, as git itself reads them. */
export async function lfsMarks(
  home: GitHome,
  options: { repositoryPath: string; commitOid: string | null; paths: readonly string[]; signal?: AbortSignal },
): Promise<Set<string>> {
  const { repositoryPath, commitOid, paths, signal } = options;
  const marked = new Set<string>();
  if (commitOid === null || paths.length === 0) return marked;
  const answers = checkAttributes(home, { repositoryPath, commitOid, paths, attributes: ['filter'], signal });
  for await (const { path, values } of answers) if (values[0] === 'lfs') marked.add(path.toString('utf8'));
  return marked;
}
