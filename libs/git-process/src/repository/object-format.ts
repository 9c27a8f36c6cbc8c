import { randomBytes } from 'node:crypto';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory, syncTree } from '@granary/kernel';
import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import type { ObjectFormat } from './repository';

/** From the repository's own config (git-config(1), extensions.objectFormat). */
export async function readObjectFormat(repositoryPath: string): Promise<ObjectFormat> {
  const text = await readFile(join(repositoryPath, 'config'), 'utf8');
  return /^\s*objectformat\s*=\s*sha256\s*$/im.test(text) ? 'sha256' : 'sha1';
}

/**
 * Gives a repository without refs and objects another object format: the one thing that differs then is `config`, which
 * is taken from a fresh repository and moved into its place. The caller sees to it that nobody is about to write here.
 *
 * @returns false where there is something already; nothing has changed then.
 */
export async function changeObjectFormat(home: GitHome, path: string, format: ObjectFormat): Promise<boolean> {
  if (!(await isBlank(path))) return false;
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await runGit(home, {
      args: ['init', '--bare', '--quiet', '--template=', `--object-format=${format}`, '--', temporary],
    });
    await syncTree(temporary);
    await rename(join(temporary, 'config'), join(path, 'config'));
    await syncDirectory(path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return true;
}

/** Whether `path` holds no ref and no object, not even one of a push under way. */
async function isBlank(path: string): Promise<boolean> {
  const found = await readdir(path, { withFileTypes: true, recursive: true });
  return !found.some((entry) => {
    const name = join(entry.parentPath, entry.name).slice(path.length + 1);
    return name === 'packed-refs' || (entry.isFile() && /^(refs|objects)\//.test(name));
  });
}
