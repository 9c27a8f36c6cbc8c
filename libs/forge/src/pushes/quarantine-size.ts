import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bytes on disk of what lies in an object directory: packs with their indexes, and loose objects. 0 when it is absent. */
export async function directoryBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0);
}
