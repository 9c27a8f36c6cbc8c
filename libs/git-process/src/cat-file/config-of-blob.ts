import { parseConfigList, type ConfigSetting } from '@granary/wire';
import { readGit } from '../process/ask-git';
import { GitFailed } from '../process/git-failed';
import type { GitRepository } from '../repository/git-repository';

/** What git says of a short file repeats the name of a section with each of its keys. */
const MAX_LISTING_BYTES = 1024 * 1024;

/**
 * What a blob says that is written as a configuration, such as `.gitmodules`. Nothing is included from elsewhere.
 *
 * @param blob its id, or `<tree-ish>:<path>`.
 * @returns nothing where there is no such blob, or git cannot read it.
 * @see git-config(1), "--blob", "CONFIGURATION FILE".
 */
export async function configOfBlob(repository: GitRepository, blob: string): Promise<ConfigSetting[]> {
  const args = ['config', `--blob=${blob}`, '--no-includes', '--null', '--list'];
  try {
    const output = await readGit(repository, args, { maxOutputBytes: MAX_LISTING_BYTES });
    return parseConfigList(output.toString('utf8'));
  } catch (error) {
    if (error instanceof GitFailed) return [];
    throw error;
  }
}
