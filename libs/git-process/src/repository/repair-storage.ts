import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '@granary/kernel';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { runGit } from '../process/run-git';
import type { StorageFault } from './inspect-storage';
import { updateRefs } from './refs';
import { writeHead } from './write-head';

export interface RepairFacts {
  /** Full name of the branch that HEAD shall name when it names nothing. */
  defaultRef: string;
  /** The last recorded id of a ref; null when there is none. */
  tipOf(ref: string): string | null;
}

/**
 * Mends what can be mended without losing anything: a HEAD, from the record; a pack's index, from the pack; a file of no
 * bytes goes, for it holds nothing; a ref that held nothing is what it was last recorded as, if its object is there.
 *
 * @returns whether the fault is gone.
 */
export async function repairStorage(
  home: GitHome,
  repositoryPath: string,
  { fault, facts }: { fault: StorageFault; facts: RepairFacts },
): Promise<boolean> {
  switch (fault.kind) {
    case 'head':
      await writeHead(repositoryPath, facts.defaultRef);
      return true;
    case 'object_empty':
      await removeFile(join(repositoryPath, fault.path));
      return true;
    case 'index_missing':
    case 'index_cut':
      return indexPack(home, repositoryPath, fault);
    case 'ref_broken':
      return restoreRef(home, repositoryPath, { ref: fault.path, oid: facts.tipOf(fault.path) });
    default:
      return false;
  }
}

async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncDirectory(dirname(path));
}

async function indexPack(
  home: GitHome,
  repositoryPath: string,
  fault: StorageFault & { path: string },
): Promise<boolean> {
  const pack = join(repositoryPath, fault.path.replace(/\.idx$/, '.pack'));
  try {
    if (fault.kind === 'index_cut') await rm(join(repositoryPath, fault.path), { force: true });
    await runGit(home, { repositoryPath, args: ['index-pack', pack] });
  } catch (error) {
    if (error instanceof GitFailed) return false;
    throw error;
  }
  await syncDirectory(dirname(pack));
  return true;
}

async function restoreRef(
  home: GitHome,
  repositoryPath: string,
  { ref, oid }: { ref: string; oid: string | null },
): Promise<boolean> {
  if (oid === null) return false;
  const { exitCode } = await runGit(home, {
    repositoryPath,
    args: ['cat-file', '-e', oid],
    acceptExitCodes: [0, 1, 128],
  });
  if (exitCode !== 0) return false;
  await removeFile(join(repositoryPath, ref));
  await updateRefs(home, repositoryPath, [{ ref, newOid: oid }]);
  return true;
}
