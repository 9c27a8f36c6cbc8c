import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedObject } from '../object-store';
import { nullOn } from './storage-failure';

/**
 * The files below `root` whose path starts with `prefix`, in the byte order of the whole key.
 * Holds one directory a level in memory, never the whole tree.
 */
export async function* walkObjects(root: string, prefix: string): AsyncGenerator<ListedObject> {
  yield* walk(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix);
}

async function* walk(root: string, folder: string, prefix: string): AsyncGenerator<ListedObject> {
  const entries = await nullOn(['ENOENT', 'ENOTDIR'], readdir(join(root, folder), { withFileTypes: true }));
  for (const key of (entries ?? []).map((entry) => keyOf(folder, entry)).sort(byBytes)) {
    if (key.endsWith('/')) {
      if (key.startsWith(prefix) || prefix.startsWith(key)) yield* walk(root, key, prefix);
    } else if (key.startsWith(prefix)) {
      const facts = await nullOn(['ENOENT'], lstat(join(root, key)));
      if (facts?.isFile()) yield { key, sizeBytes: facts.size, modifiedAt: facts.mtime };
    }
  }
}

/** A folder sorts as `name/`, where its keys belong: `a-b` comes before `a/b`, and `a0` behind it. */
function keyOf(folder: string, entry: Dirent): string {
  return `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`;
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : 1;
}
