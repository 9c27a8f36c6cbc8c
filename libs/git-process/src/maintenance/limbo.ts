import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import { listPacks, nothingThere, packDirectory } from './packs';
import type { MaintenanceOptions } from './roll-up';

/** In the repository's directory; git does not look there. */
const LIMBO = 'granary-limbo';
/** No push takes longer between the check of its objects and the move of its refs. */
const STAY_MS = 3_600_000;
/** Before the id of an object that lay in a file of its own. */
const LOOSE = 'loose-';
const ENDINGS = ['.mtimes', '.pack', '.rev', '.idx'] as const;

const limboOf = (repositoryPath: string): string => join(repositoryPath, LIMBO);

/** Whether packs wait there to be dropped. */
export async function hasLimbo(repositoryPath: string): Promise<boolean> {
  return (await readdir(limboOf(repositoryPath)).catch(nothingThere)).length > 0;
}

/**
 * Gives every pack that a repack may delete a second name, at no cost in space while the first is there. What a push
 * counted on that the repack could not see is then still there for {@link settleLimbo}.
 *
 * @param loose paths of objects in files of their own that may go, too.
 */
export async function enterLimbo(repositoryPath: string, now: Date, loose: readonly string[] = []): Promise<void> {
  const batch = join(limboOf(repositoryPath), String(now.getTime()));
  await mkdir(batch, { recursive: true });
  for (const path of loose) {
    await link(path, join(batch, LOOSE + basename(dirname(path)) + basename(path))).catch(unlessThere);
  }
  for (const { name } of await listPacks(repositoryPath)) {
    for (const ending of ENDINGS) {
      await link(join(packDirectory(repositoryPath), name + ending), join(batch, name + ending)).catch(unlessThere);
    }
  }
}

/**
 * Looks whether every object that a ref reaches is there. If so, packs go that have been in limbo for an hour; if not,
 * all come back.
 *
 * @param options.stayMs instead of that hour, for whoever knows that no push counts on them any more.
 * @returns `restored` when objects were missing and are there again.
 * @throws GitFailed when objects are missing that limbo does not have either; it is left as it is.
 */
export async function settleLimbo(
  home: GitHome,
  options: MaintenanceOptions & { now: Date; stayMs?: number },
): Promise<'empty' | 'waiting' | 'dropped' | 'restored'> {
  const limbo = limboOf(options.repositoryPath);
  const batches = await readdir(limbo).catch(nothingThere);
  if (batches.length === 0) return 'empty';
  const { exitCode } = await checkConnectivity(home, options, [0, 1, 128]);
  if (exitCode !== 0) {
    for (const batch of batches) await bringBack(options.repositoryPath, join(limbo, batch));
    await checkConnectivity(home, options, [0]);
    return 'restored';
  }
  const due = batches.filter((batch) => Number(batch) <= options.now.getTime() - (options.stayMs ?? STAY_MS));
  for (const batch of due) await rm(join(limbo, batch), { recursive: true, force: true });
  return due.length > 0 ? 'dropped' : 'waiting';
}

/** Without the commit-graph, whose word git would take for a commit's existence. */
function checkConnectivity(home: GitHome, { repositoryPath, signal }: MaintenanceOptions, acceptExitCodes: number[]) {
  const args = ['-c', 'core.commitGraph=false', 'rev-list', '--objects', '--all', '--quiet'];
  return runGit(home, { repositoryPath, signal, priority: 'low', args, acceptExitCodes });
}

async function bringBack(repositoryPath: string, batch: string): Promise<void> {
  const files = await readdir(batch);
  for (const file of files.filter((each) => each.startsWith(LOOSE))) {
    const oid = file.slice(LOOSE.length);
    const fan = join(repositoryPath, 'objects', oid.slice(0, 2));
    await mkdir(fan, { recursive: true });
    await link(join(batch, file), join(fan, oid.slice(2))).catch(unlessThere);
  }
  for (const ending of ENDINGS) {
    for (const file of files.filter((each) => each.endsWith(ending))) {
      await link(join(batch, file), join(packDirectory(repositoryPath), file)).catch(unlessThere);
    }
  }
}

/** Not every pack has every file, and one that is there already is the same. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
}
