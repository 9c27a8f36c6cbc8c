import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The quarantines of pushes under way lie inside the object directory that they may end in. */
const QUARANTINE = /(^|\/)tmp_objdir-/;

function unlessGone<T>(otherwise: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  };
}

/**
 * Bytes on disk of what lies in an object directory: packs with their indexes, and loose objects. Without what pushes
 * under way have in quarantine there; what maintenance takes away meanwhile counts nothing. 0 when it is absent.
 */
export async function objectBytes(objectDirectory: string): Promise<number> {
  const entries = await readdir(objectDirectory, { recursive: true, withFileTypes: true }).catch(unlessGone([]));
  const files = entries.filter(
    (entry) => entry.isFile() && !QUARANTINE.test(entry.parentPath.slice(objectDirectory.length)),
  );
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name)).catch(unlessGone({ size: 0 }))).size),
  );
  return sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0);
}
