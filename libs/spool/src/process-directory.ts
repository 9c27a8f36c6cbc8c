import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** A process that has not shown itself for so long is gone; process ids mean nothing between containers. */
const ABANDONED_MS = 10 * 60_000;

/** To be called every minute or so by the process that owns `directory`. */
export async function showLife(directory: string): Promise<void> {
  const now = new Date();
  await utimes(directory, now, now);
}

/** Removes the directories below `parent` whose owners have not shown themselves for ten minutes. */
export async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    const found = await stat(path).catch(() => null);
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { recursive: true, force: true });
  }
}
