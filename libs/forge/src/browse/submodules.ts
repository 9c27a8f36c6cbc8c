import { GitFailed } from '@granary/git-process';
import { readGit, verifiedOid, type BareRepository } from './bare-repository';
import { submodulePage, type SubmoduleHost } from './submodule-page';
import { findEntries, kindOf, type TreeEntry } from './tree';

const MAX_BYTES = 1024 * 1024;

/**
 * Where the submodules of a commit come from, as its `.gitmodules` has it: by their paths.
 *
 * @see gitmodules(5), git-config(1).
 */
export async function readSubmoduleUrls(repository: BareRepository, sha: string): Promise<Map<string, string>> {
  const modules = new Map<string, { path?: string; url?: string }>();
  for (const [key, value] of await readSettings(repository, sha)) {
    const [, name, field] = /^submodule\.(.*)\.(path|url)$/s.exec(key) ?? [];
    if (name !== undefined) modules.set(name, { ...modules.get(name), [field as 'path' | 'url']: value });
  }
  const known = [...modules.values()];
  return new Map(known.flatMap(({ path, url }) => (path !== undefined && url !== undefined ? [[path, url]] : [])));
}

/** The pages of the submodules among `entries` of a commit, by their paths ({@link submodulePage}). */
export async function readSubmodulePages(
  repository: BareRepository,
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
  repository: BareRepository,
  { sha, path, host }: { sha: string; path: string; host: SubmoduleHost },
): Promise<{ oid: string; page: string | null } | null> {
  const [entry] = path === '' ? [] : await findEntries(repository, { sha, paths: [path] });
  if (!entry || kindOf(entry) !== 'submodule') return null;
  const url = (await readSubmoduleUrls(repository, sha)).get(path) ?? '';
  return { oid: entry.oid, page: submodulePage(url, entry.oid, host) };
}

async function readSettings(repository: BareRepository, sha: string): Promise<[string, string][]> {
  const blob = `--blob=${verifiedOid(sha)}:.gitmodules`;
  try {
    const output = await readGit(repository, ['config', blob, '--no-includes', '-z', '--list'], {
      maxOutputBytes: MAX_BYTES,
    });
    const settings = output.toString('utf8').split('\0').filter(Boolean);
    return settings.map((text) => {
      const end = text.indexOf('\n');
      return end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
    });
  } catch (error) {
    // There is none, or it is no configuration.
    if (error instanceof GitFailed) return [];
    throw error;
  }
}
