import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { DomainError } from '@granary/kernel';
import type { Account } from './account';

/**
 * Makes `path` a directory that `account` (or we ourselves) alone can enter. An existing one is taken only when it is
 * just that: in a shared directory somebody else may have been first.
 */
export async function ensurePrivateDirectory(path: string, account: Account | undefined): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const { uid: ownUid = 0, gid: ownGid = 0 } = account ?? { uid: process.getuid?.(), gid: process.getgid?.() };
  const facts = await lstat(path);
  // Root's own is one that was just made, now or by a start that did not get further.
  if (!facts.isDirectory() || ![ownUid, 0].includes(facts.uid)) throw occupied(path);
  if (facts.uid !== ownUid) await chown(path, ownUid, ownGid);
  if ((facts.mode & 0o077) !== 0) await chmod(path, 0o700);
}

function occupied(path: string): DomainError {
  return new DomainError('unavailable', `${path} is not a directory of ours.`, { hint: 'Remove it and start again.' });
}
