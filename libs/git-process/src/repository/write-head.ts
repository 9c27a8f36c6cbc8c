import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError, syncDirectory } from '@granary/kernel';

/** As long as git waits for the lock of a ref (`core.filesRefLockTimeout` in git-config.ts). */
const LOCK_TIMEOUT_MS = 1000;
const RETRY_MS = 20;

/**
 * Writes HEAD by git's own protocol (gitrepository-layout(5); lockfile.h), except that the file is synced before it
 * takes its place, and the directory after: `git symbolic-ref` does neither, and a power cut would leave HEAD empty.
 *
 * @param ref a valid full name.
 * @throws DomainError `conflict` when the lock stays taken.
 */
export async function writeHead(repositoryPath: string, ref: string): Promise<void> {
  const path = join(repositoryPath, 'HEAD');
  const lock = `${path}.lock`;
  const file = await openLock(lock);
  try {
    try {
      await file.writeFile(`ref: ${ref}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(lock, path);
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
  await syncDirectory(repositoryPath);
}

async function openLock(lock: string) {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      return await open(lock, 'wx', 0o644);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (waitedMs >= LOCK_TIMEOUT_MS)
        throw new DomainError('conflict', 'The default branch is being changed by someone else', { cause: error });
      await sleep(RETRY_MS);
    }
  }
}
