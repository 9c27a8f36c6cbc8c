import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDurableDirectory, syncDirectory } from '@granary/kernel';
import { errnoCode } from './storage-failure';

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
