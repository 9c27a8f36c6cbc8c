import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import { looseObjects } from './full-repack';
import { writeCommitGraph } from './indexes';
import { keepTips } from './kept-tips';
import { enterLimbo, settleLimbo } from './limbo';
import { listPacks, nothingThere, packDirectory } from './packs';
import { markPurged } from './purge-marker';
import type { MaintenanceOptions } from './roll-up';
import { sweepStale } from './sweep-stale';

export interface PurgeOptions extends MaintenanceOptions {
  now: Date;
  /**
   * Resolves when whatever writes to the repository at the time of the call has ended: pushes and edits, from the
   * arrival of their objects to the move of their refs.
   */
  drained(): Promise<void>;
}

/** No push goes without writing for so long and lives (limbo.ts). */
const LEFT_BEHIND_MS = 3_600_000;
/** Times of files are those of the last tick, which is at most 10 ms ago (clock_getres(2), CLOCK_REALTIME_COARSE). */
const FILE_CLOCK_MS = 20;

/**
 * Drops what no ref reaches, without a grace: old tips that were kept, cruft packs, and what waits in limbo.
 *
 * Safe beside pushes and edits:
 * - An object may be unreached because its ref has not moved yet. So those who write now are waited for first, and only
 *   what was there before counts: what came since stays, with all that it reaches.
 * - Those who begin meanwhile may count on an object that goes. So it stands in limbo until they have ended, too, and
 *   comes back if a ref then reaches something that is missing.
 *
 * @returns `restored`: everything came back; another try will drop what is still unreached.
 * @throws GitFailed, or the signal's reason; the repository is whole then.
 */
export async function purgeUnreachable(home: GitHome, options: PurgeOptions): Promise<'purged' | 'restored'> {
  const { repositoryPath, signal, now, drained } = options;
  await sweepStale(repositoryPath, { now, staleAfterMs: LEFT_BEHIND_MS });
  await secondAfter(now, signal);
  await drained();
  await removeOldKeeps(repositoryPath, now);
  await keepTips(home, { repositoryPath, signal, tips: [] });
  const git = (...args: string[]) => runGit(home, { repositoryPath, signal, priority: 'low', args });
  await git('reflog', 'expire', '--expire=now', '--expire-unreachable=now', '--all');
  await enterLimbo(repositoryPath, now, await looseObjects(repositoryPath));
  const before = `@${Math.floor(now.getTime() / 1000)} +0000`;
  await git(
    ...['repack', '-d', '-n', '--quiet', '--cruft', `--cruft-expiration=${before}`],
    ...['--pack-kept-objects', '--write-midx', '--write-bitmap-index'],
  );
  await git('prune', `--expire=${before}`);
  await writeCommitGraph(home, { repositoryPath, signal, afresh: true });
  await markPurged(repositoryPath, now);
  await drained();
  return (await settleLimbo(home, { repositoryPath, signal, now, stayMs: 0 })) === 'restored' ? 'restored' : 'purged';
}

/** Quarantines of pushes and edits, by name: as long as one is there, its owner has not moved its refs. */
export async function openQuarantines(repositoryPath: string): Promise<string[]> {
  const names = await readdir(join(repositoryPath, 'objects')).catch(nothingThere);
  return names.filter((name) => name.startsWith('tmp_objdir-'));
}

/**
 * Git compares times in whole seconds. A quarantine that was opened within the second of `now`, but after those who
 * write were listed, would count as older and be removed under its push.
 */
async function secondAfter(now: Date, signal: AbortSignal | undefined): Promise<void> {
  const begins = (Math.floor(now.getTime() / 1000) + 1) * 1000 + FILE_CLOCK_MS;
  await sleep(Math.max(0, begins - Date.now()), undefined, { signal });
}

/** A push removes its own when its refs have moved: those of before belong to pushes that died. */
async function removeOldKeeps(repositoryPath: string, now: Date): Promise<void> {
  for (const { name } of (await listPacks(repositoryPath)).filter(({ isKept }) => isKept)) {
    const path = join(packDirectory(repositoryPath), `${name}.keep`);
    const keep = await stat(path).catch(() => null);
    if (keep && keep.mtimeMs < now.getTime()) await rm(path, { force: true });
  }
}
