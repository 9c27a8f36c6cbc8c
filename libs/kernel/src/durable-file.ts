import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Makes the names in `directory` durable: fsync(2) of a file does not cover its entry in the directory. */
export async function syncDirectory(directory: string): Promise<void> {
  await syncPath(directory);
}

async function syncPath(path: string): Promise<void> {
  // fsync(2) takes a descriptor that was opened for reading, of a file as of a directory.
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `mkdir -p` whose new directories survive a power cut. */
export async function makeDurableDirectory(directory: string, mode = 0o750): Promise<void> {
  const firstMade = await mkdir(directory, { recursive: true, mode });
  if (firstMade === undefined) return;
  for (let made = directory; made.length >= firstMade.length; made = dirname(made)) await syncDirectory(dirname(made));
}

/** Everything below `directory`, and itself: each file before the directory that names it. */
export async function syncTree(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncPath(path);
  }
  await syncDirectory(directory);
}

/** What is written and with which mode. */
export interface DurableContent {
  content: string | Uint8Array;
  mode: number;
}

/** Puts a file in its place, whole and durably, over what is there. */
export async function replaceFile(path: string, file: DurableContent): Promise<void> {
  await written(path, file, (temporary) => rename(temporary, path));
}

/**
 * Puts a file in its place, whole and durably, unless there is one.
 *
 * @returns false when there is one; it is durable too then, whoever made it.
 */
export async function createFile(path: string, file: DurableContent): Promise<boolean> {
  return written(path, file, async (temporary) => {
    try {
      await link(temporary, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    }
  });
}

async function written<T>(path: string, file: DurableContent, publish: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', file.mode);
    try {
      await handle.writeFile(file.content);
      // What open(2) is given is cut by the process's umask.
      await handle.chmod(file.mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const result = await publish(temporary);
    await syncDirectory(dirname(path));
    return result;
  } finally {
    await rm(temporary, { force: true });
  }
}
