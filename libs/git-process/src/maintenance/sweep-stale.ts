import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nothingThere } from './packs';

/** No process of the hub goes without writing for so long and lives. */
export const STALE_AFTER_MS = 86_400_000;

/**
 * Removes what killed processes left: quarantines of pushes, temporary packs and objects, locks. Nothing younger than a
 * day is touched, and a quarantine is as young as the last file written in it, so that a push under way is never met.
 * A `.keep` is not removed: it costs little, and it may guard the only copy of an object.
 *
 * @returns the paths that went, relative to the repository.
 */
export async function sweepStale(repositoryPath: string, options: StaleOptions): Promise<string[]> {
  const stale = await findStale(repositoryPath, options);
  for (const path of stale) await rm(join(repositoryPath, path), { recursive: true, force: true });
  return stale;
}

export interface StaleOptions {
  now: Date;
  staleAfterMs?: number;
}

/** What {@link sweepStale} would remove. */
export async function findStale(
  repositoryPath: string,
  { now, staleAfterMs = STALE_AFTER_MS }: StaleOptions,
): Promise<string[]> {
  const before = now.getTime() - staleAfterMs;
  const stale: string[] = [];
  for (const path of await candidates(repositoryPath)) {
    if ((await lastChange(join(repositoryPath, path))) <= before) stale.push(path);
  }
  return stale;
}

async function candidates(repositoryPath: string): Promise<string[]> {
  const list = async (folder: string, name: RegExp): Promise<string[]> => {
    const names = await readdir(join(repositoryPath, folder)).catch(nothingThere);
    return names.filter((each) => name.test(each)).map((each) => join(folder, each));
  };
  const fans = await list('objects', /^[0-9a-f]{2}$/);
  const lists = await Promise.all([
    list('.', /\.lock$/),
    // tmp_objdir-incoming-*, and those of other commands; bitmap-ref-tips_* of a repack.
    list('objects', /^(tmp_|bitmap-ref-tips_)/),
    list('objects/pack', /^(\.tmp-|tmp_)|\.lock$/),
    list('objects/info', /^tmp_|\.lock$/),
    list('objects/info/commit-graphs', /^tmp_|\.lock$/),
    ...fans.map((fan) => list(fan, /^tmp_obj_/)),
    refLocks(repositoryPath),
  ]);
  return lists.flat();
}

/** No ref's name may end in `.lock` (git-check-ref-format(1)), so that these are locks. */
async function refLocks(repositoryPath: string): Promise<string[]> {
  const entries = await readdir(join(repositoryPath, 'refs'), { recursive: true }).catch(nothingThere);
  return entries.filter((entry) => entry.endsWith('.lock')).map((entry) => join('refs', entry));
}

/** Milliseconds of the latest change in a file or directory; now for one that vanishes under our eyes. */
async function lastChange(path: string): Promise<number> {
  try {
    const own = await stat(path);
    if (!own.isDirectory()) return own.mtimeMs;
    const within = await readdir(path, { recursive: true });
    const times = await Promise.all(within.map(async (entry) => (await stat(join(path, entry))).mtimeMs));
    return times.reduce((latest, time) => Math.max(latest, time), own.mtimeMs);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Infinity;
    throw error;
  }
}
