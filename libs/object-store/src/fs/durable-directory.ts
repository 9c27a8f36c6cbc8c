import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoCode } from './storage-failure';

/** Makes the names in `directory` durable: fsync(2) of a file does not cover its entry in the directory. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** `mkdir -p` whose new directories survive a power cut. */
export async function makeDurableDirectory(directory: string): Promise<void> {
  const firstMade = await mkdir(directory, { recursive: true, mode: 0o750 });
  if (firstMade === undefined) return;
  for (let made = directory; made.length >= firstMade.length; made = dirname(made)) await syncDirectory(dirname(made));
}

/**
 * Puts a finished file in its place, durably. The folder is nearly always there, so it is made only when rename(2)
 * misses it. Fails with `ENOENT` when `from` is gone.
 */
export async function publish(from: string, to: string): Promise<true> {
  await rename(from, to).catch(async (error: unknown) => {
    if (errnoCode(error) !== 'ENOENT') throw error;
    await makeDurableDirectory(dirname(to));
    await rename(from, to);
  });
  await syncDirectory(dirname(to));
  return true;
}
