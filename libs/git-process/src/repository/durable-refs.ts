import { dirname, join } from 'node:path';
import { syncDirectory } from '@granary/kernel';

/**
 * Makes what a push or an update of refs has put into the repository survive a power cut. Git syncs the files
 * themselves, as `core.fsync` tells it (git-config.ts), but never the directories that name them: without this the
 * renames of packs and refs wait for the file system's next commit, seconds later.
 *
 * Call it after the refs have moved and before anybody is told so.
 *
 * @param refs full names of the refs that moved, deleted ones among them.
 * @param oids of objects that were written one by one, outside of any pack.
 */
export async function syncMovedRefs(
  repositoryPath: string,
  refs: readonly string[],
  oids: readonly string[] = [],
): Promise<void> {
  const objects = join(repositoryPath, 'objects');
  const paths = new Set([repositoryPath, objects, join(objects, 'pack')]);
  for (const oid of oids) {
    const fan = join(objects, oid.slice(0, 2));
    // The file too: `git mktree` does not read `core.fsync`.
    paths.add(fan).add(join(fan, oid.slice(2)));
  }
  for (const ref of refs) {
    for (let name = dirname(ref); name !== '.' && name !== '/'; name = dirname(name))
      paths.add(join(repositoryPath, name));
  }
  // The order does not matter: nobody is told before all are there, and at once they share the journal's commit.
  await Promise.all([...paths].map(syncIfThere));
}

/** Git removes directories of refs that have become empty; the one above, which is synced too, then says so. */
async function syncIfThere(path: string): Promise<void> {
  await syncDirectory(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
  });
}
