import { configOfBlob, findEntries, kindOf, verifiedOid, type GitRepository } from '@granary/git-process';
import { submodulePage, type SubmoduleHost } from './submodule-page';
import type { TreeEntry } from './tree';

/**
 * Where the submodules of a commit come from, as its `.gitmodules` has it: by their paths.
 *
 * @see gitmodules(5), git-config(1).
 */
export async function readSubmoduleUrls(repository: GitRepository, sha: string): Promise<Map<string, string>> {
  const modules = new Map<string, { path?: string; url?: string }>();
  for (const [key, value] of await configOfBlob(repository, `${verifiedOid(sha)}:.gitmodules`)) {
    const [, name, field] = /^submodule\.(.*)\.(path|url)$/s.exec(key) ?? [];
    if (name !== undefined) modules.set(name, { ...modules.get(name), [field as 'path' | 'url']: value ?? '' });
  }
  const known = [...modules.values()];
  return new Map(known.flatMap(({ path, url }) => (path !== undefined && url !== undefined ? [[path, url]] : [])));
}

/** The pages of the submodules among `entries` of a commit, by their paths ({@link submodulePage}). */
export async function readSubmodulePages(
  repository: GitRepository,
  { sha, entries, host }: { sha: string; entries: readonly TreeEntry[]; host: SubmoduleHost },
): Promise<Map<string, string>> {
  const submodules = entries.filter(({ type }) => type === 'submodule');
  if (submodules.length === 0) return new Map();
  const urls = await readSubmoduleUrls(repository, sha);
  const pages = submodules.map(({ path, oid }) => [path, submodulePage(urls.get(path) ?? '', oid, host)] as const);
  return new Map(pages.flatMap(([path, page]) => (page === null ? [] : [[path, page]])));
}

/** The submodule at a path; null where there is something else, or nothing. */
export async function readSubmodule(
  repository: GitRepository,
  { sha, path, host }: { sha: string; path: string; host: SubmoduleHost },
): Promise<{ oid: string; page: string | null } | null> {
  const [entry] = path === '' ? [] : await findEntries(repository, { sha, paths: [path] });
  if (!entry || kindOf(entry) !== 'submodule') return null;
  const url = (await readSubmoduleUrls(repository, sha)).get(path) ?? '';
  return { oid: entry.oid, page: submodulePage(url, entry.oid, host) };
}
