import { GitFailed } from '@granary/git-process';
import { readGit, verifiedOid, type BareRepository } from './bare-repository';

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
