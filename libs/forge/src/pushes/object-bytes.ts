import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The quarantines of pushes under way lie inside the object directory that they may end in. */
const QUARANTINE = /^tmp_objdir-/;

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
  // Directory by directory: to a recursive readdir one that vanishes meanwhile, as quarantines do, is an error of the whole.
  const entries = await readdir(objectDirectory, { withFileTypes: true }).catch(unlessGone([]));
  const below = entries.filter((entry) => entry.isDirectory() && !QUARANTINE.test(entry.name));
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all([
    ...below.map(({ name }) => objectBytes(join(objectDirectory, name))),
    ...files.map(async ({ name }) => (await stat(join(objectDirectory, name)).catch(unlessGone({ size: 0 }))).size),
  ]);
  return sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0);
}
