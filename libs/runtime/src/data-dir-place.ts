import { constants } from 'node:fs';
import { access, lstat, readdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError } from '@granary/kernel';

/** What a hub makes in its data directory. */
const ENTRIES = new Set([
  'repositories',
  'objects',
  'git',
  'ssh',
  'archives',
  'postgres',
  'secret.key',
  'hub.id',
  'hub.lock',
]);
/** What may lie there beside it: a new file system's own, and what a shell leaves in an account's home. */
const HARMLESS = /^(lost\+found|\..*)$/;
/** The file that tells a data directory from any other: it is made last. */
const MARK = 'secret.key';

/** File systems of the kernel, by their magic numbers (statfs(2)): they keep no files, and some make `mkdir -p` loop. */
const KERNELS = new Set([0x9fa0, 0x62656572, 0x1cd1, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673]);

/** What stops every use of a directory, by the code of the system's error. */
export const PLACE_TROUBLE: Readonly<Record<string, string>> = {
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'lies on a read-only file system',
  ENOTDIR: 'is no directory',
  EEXIST: 'is no directory',
  ELOOP: 'leads through symbolic links in a circle',
  ENAMETOOLONG: 'has too long a name',
};

export function placeTrouble(root: string, trouble: string): DomainError {
  return new DomainError('unavailable', `GRANARY_DATA_DIR: the data directory ${root} ${trouble}.`, {
    hint: 'Set it to an empty directory, to one that Granary made, or to a new one.',
  });
}

/**
 * Whether a hub may have its data in `root`, which need not exist; nothing is made or changed.
 * @throws DomainError `unavailable` in one plain line.
 */
export async function checkPlace(root: string): Promise<void> {
  if (dirname(root) === root) throw placeTrouble(root, 'is the root of the file system');
  try {
    const standing = await nearestExisting(root);
    if (!(await stat(standing)).isDirectory()) throw placeTrouble(root, 'is no directory');
    if (KERNELS.has((await statfs(standing)).type))
      throw placeTrouble(root, 'lies on a file system of the kernel, which keeps no files');
    await access(standing, constants.W_OK | constants.X_OK);
    if (standing === root) await checkEntries(root);
  } catch (error) {
    const trouble = PLACE_TROUBLE[(error as NodeJS.ErrnoException).code ?? ''];
    throw trouble ? placeTrouble(root, trouble) : error;
  }
}

/** Whether a hub has been started there. */
export async function holdsHub(root: string): Promise<boolean> {
  return (await nameExists(join(root, MARK))) !== null;
}

/** `root` or the first directory above it that is there. */
async function nearestExisting(root: string): Promise<string> {
  for (let path = root; ; path = dirname(path)) {
    const found = await nameExists(path);
    if (found === null) continue;
    if (found.isSymbolicLink() && !(await stat(path).catch(absent)))
      throw placeTrouble(root, `leads through ${path}, a symbolic link to nothing`);
    return path;
  }
}

async function nameExists(path: string) {
  return lstat(path).catch(absent);
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** A directory that others use must not become private, and nobody looks for repositories in `/etc`. */
async function checkEntries(root: string): Promise<void> {
  const names = await readdir(root);
  const foreign = names.find((name) => !ENTRIES.has(name) && !HARMLESS.test(name));
  if (foreign !== undefined && !names.includes(MARK))
    throw placeTrouble(root, `holds files that are not Granary's (${JSON.stringify(foreign)})`);
}
