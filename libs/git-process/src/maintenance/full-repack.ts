import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import { enterLimbo, settleLimbo } from './limbo';
import { listPacks, nothingThere, packDirectory } from './packs';
import type { MaintenanceOptions } from './roll-up';

/** What no ref reaches is kept so long after that was first seen. */
export const UNREACHABLE_GRACE_MS = 14 * 86_400_000;

/**
 * Makes one pack of everything that refs reach, with bitmaps, and one of the rest (a cruft pack, git-repack(1)); drops
 * what was found unreachable two weeks ago or earlier.
 *
 * Safe beside pushes and clones:
 * - Git goes by an object's age, which is that of its pack: a branch deleted a minute ago may leave objects that are
 *   years old. So every pack and loose object is dated to now first; only objects that an earlier full repack has put
 *   into the cruft pack keep their dates there. An object is dropped two weeks after it was first seen unreachable, and
 *   never by the first repack that sees it so.
 * - Packs of pushes under way (`.keep`) stay, and their objects are copied all the same: a `.keep` that appears in the
 *   middle of the run, on a pack pushed for a second time, would otherwise hide objects of a pack that is going.
 * - A push can still count on an object in the moment in which it is dropped: its objects are checked before its refs
 *   move. So all that goes stands in limbo for at least an hour, and comes back if a ref reaches something that is gone
 *   (limbo.ts).
 * - Readers: as for `rollUpPacks`; everything reachable is in the new pack.
 *
 * @throws GitFailed, or the signal's reason; the repository is whole then.
 */
export async function repackFully(home: GitHome, options: MaintenanceOptions & { now: Date }): Promise<void> {
  const { repositoryPath, signal, now } = options;
  await enterLimbo(repositoryPath, now);
  await dateToNow(repositoryPath, now);
  const expireSeconds = Math.floor((now.getTime() - UNREACHABLE_GRACE_MS) / 1000);
  await runGit(home, {
    repositoryPath,
    signal,
    priority: 'low',
    args: [
      ...['repack', '-d', '-n', '--quiet', '--cruft', `--cruft-expiration=@${expireSeconds} +0000`],
      ...['--pack-kept-objects', '--write-midx', '--write-bitmap-index'],
    ],
  });
  await settleLimbo(home, options);
}

async function dateToNow(repositoryPath: string, now: Date): Promise<void> {
  const packs = (await listPacks(repositoryPath)).filter(({ isCruft }) => !isCruft);
  const paths = packs.map(({ name }) => join(packDirectory(repositoryPath), `${name}.pack`));
  for (const path of [...paths, ...(await looseObjects(repositoryPath))]) {
    // It may have been packed and removed meanwhile, by hand.
    await utimes(path, now, now).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** Paths of the objects that lie in files of their own. */
export async function looseObjects(repositoryPath: string): Promise<string[]> {
  const objects = join(repositoryPath, 'objects');
  const fans = (await readdir(objects).catch(nothingThere)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const lists = await Promise.all(
    fans.map(async (fan) => {
      const files = await readdir(join(objects, fan)).catch(nothingThere);
      return files.filter((file) => /^[0-9a-f]+$/.test(file)).map((file) => join(objects, fan, file));
    }),
  );
  return lists.flat();
}
