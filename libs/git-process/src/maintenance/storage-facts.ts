import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { looseObjects } from './full-repack';
import { readKeptTips } from './kept-tips';
import { hasLimbo } from './limbo';
import { listPacks, nothingThere, packDirectory } from './packs';
import { chooseRollUp } from './roll-up-choice';

/** How a repository lies on disk, told by the file system alone: no process is started. */
export interface StorageFacts {
  /** Packs that neither a push nor the last full repack has set apart. */
  packCount: number;
  /** Bytes of all packs. */
  packBytes: number;
  /** Packs that should become one. */
  rollUpCount: number;
  looseObjectCount: number;
  /** Refs that lie in files of their own. */
  looseRefCount: number;
  hasBitmap: boolean;
  hasCommitGraph: boolean;
  /** Unreachable objects are kept in a cruft pack. */
  hasCruft: boolean;
  /** Packs wait to be dropped. */
  hasLimbo: boolean;
  /** When the first of the old tips that are kept is to be let go of; null: none is kept. */
  keptUntil: Date | null;
}

/** Null where there is no repository (any more). */
export async function readStorageFacts(repositoryPath: string): Promise<StorageFacts | null> {
  if (!(await isThere(join(repositoryPath, 'objects')))) return null;
  const packs = await listPacks(repositoryPath);
  const files = await readdir(packDirectory(repositoryPath)).catch(nothingThere);
  const refs = await readdir(join(repositoryPath, 'refs'), { recursive: true, withFileTypes: true }).catch(
    nothingThere,
  );
  const info = join(repositoryPath, 'objects', 'info');
  const kept = await readKeptTips(repositoryPath);
  return {
    packCount: packs.filter(({ isKept, isCruft }) => !isKept && !isCruft).length,
    packBytes: packs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    rollUpCount: chooseRollUp(packs).length,
    looseObjectCount: (await looseObjects(repositoryPath)).length,
    looseRefCount: refs.filter((entry) => entry.isFile() && !entry.name.endsWith('.lock')).length,
    hasBitmap: files.some((file) => file.endsWith('.bitmap')),
    hasCommitGraph: await isThere(join(info, 'commit-graphs', 'commit-graph-chain')),
    hasCruft: packs.some(({ isCruft }) => isCruft),
    hasLimbo: await hasLimbo(repositoryPath),
    keptUntil: kept.reduce<Date | null>((first, { until }) => (first && first < until ? first : until), null),
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
