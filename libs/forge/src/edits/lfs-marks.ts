import { checkAttributes, type GitRepository } from '@granary/git-process';

/** Those of `paths` that `.gitattributes` of the commit mark for Git LFS, as git itself reads them. */
export async function lfsMarks(
  repository: GitRepository,
  { commitOid, paths }: { commitOid: string | null; paths: readonly string[] },
): Promise<Set<string>> {
  const marked = new Set<string>();
  if (commitOid === null || paths.length === 0) return marked;
  const answers = checkAttributes(repository, { commitOid, paths, attributes: ['filter'] });
  for await (const { path, values } of answers) if (values[0] === 'lfs') marked.add(path.toString('utf8'));
  return marked;
}
