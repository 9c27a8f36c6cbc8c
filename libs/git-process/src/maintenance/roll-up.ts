import { randomBytes } from 'node:crypto';
import { chmod, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '@granary/kernel';
import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import { writeMultiPackIndex } from './indexes';
import { listPacks, packDirectory, type Pack } from './packs';
import { chooseRollUp } from './roll-up-choice';

export interface MaintenanceOptions {
  /** Absolute path of the bare repository. */
  repositoryPath: string;
  /** The owner: when it fires, git is gone within five seconds. */
  signal?: AbortSignal;
}

/** Beginnings of names, in the order in which a pack appears: readers look for the index, so that it comes last. */
const ENDINGS = ['.pack', '.rev', '.idx'] as const;
/** And in which it goes: without the index nobody begins to use it. */
const ALL_ENDINGS = ['.idx', '.rev', '.bitmap', '.pack'] as const;

/**
 * Makes one pack of the small ones and of all loose objects, and writes a multi-pack-index with bitmaps over what there
 * is then. The work is in proportion to what is new, not to the repository.
 *
 * Safe beside pushes and clones:
 * - Nothing is dropped: the new pack holds every object of the packs that go, reachable or not. `git repack --geometric`
 *   would leave out those that a larger pack has too; a reader that still holds the multi-pack-index of before then looks
 *   for them in a pack that is gone, and not in the larger one. Hence pack-objects directly.
 * - A reader that finds a pack gone scans the directory again (git's reprepare_packed_git) and finds the new one, which
 *   is complete and synced before any other goes. Packs that it has open, it keeps: pack-objects opens each pack before
 *   it counts on it, and a pack is mapped whole up to a gibibyte.
 * - Packs of a push under way are marked by a `.keep` and stay. One that arrives a second time, under the name of a pack
 *   that is going, loses nothing either: its objects are in the new pack.
 *
 * @returns how many packs became one, 0 when there was nothing to do.
 * @throws GitFailed, or the signal's reason; the repository is whole then, with at most temporary files left.
 */
export async function rollUpPacks(home: GitHome, options: MaintenanceOptions): Promise<number> {
  const chosen = chooseRollUp(await listPacks(options.repositoryPath));
  const made = await combine(home, chosen, options);
  const gone = chosen.filter(({ name }) => made !== null && name !== made);
  await writeMultiPackIndex(home, { ...options, without: new Set(gone.map(({ name }) => name)) });
  for (const pack of gone) await removePack(options.repositoryPath, pack);
  await runGit(home, { ...options, args: ['prune-packed', '--quiet'], priority: 'low' });
  return gone.length;
}

/** @returns the name of the pack with all objects of `packs` and all loose ones; null when there are none. */
async function combine(
  home: GitHome,
  packs: readonly Pack[],
  { repositoryPath, signal }: MaintenanceOptions,
): Promise<string | null> {
  const directory = packDirectory(repositoryPath);
  const temporary = join(directory, `.tmp-${randomBytes(6).toString('hex')}-pack`);
  const { stdout } = await runGit(home, {
    repositoryPath,
    signal,
    priority: 'low',
    args: ['pack-objects', '--quiet', '--stdin-packs', '--unpacked', '--non-empty', '--delta-base-offset', temporary],
    stdin: packs.map(({ name }) => `${name}.pack\n`).join(''),
  });
  const hash = stdout.toString('latin1').trim();
  if (hash === '') return null;
  for (const ending of ENDINGS)
    await publish(`${temporary}-${hash}${ending}`, join(directory, `pack-${hash}${ending}`));
  await syncDirectory(directory);
  return `pack-${hash}`;
}

/** A pack of this name that is there already has the same bytes: the name is their hash. */
async function publish(temporary: string, path: string): Promise<void> {
  try {
    await chmod(temporary, 0o444);
    await rename(temporary, path);
  } catch (error) {
    // Versions before 2.41 write no .rev unless they are told to.
    if (!(path.endsWith('.rev') && (error as NodeJS.ErrnoException).code === 'ENOENT')) throw error;
  }
}

async function removePack(repositoryPath: string, { name }: Pack): Promise<void> {
  for (const ending of ALL_ENDINGS) await rm(join(packDirectory(repositoryPath), name + ending), { force: true });
}
