import { bytesOfPath, parsePatch, PATCH_OPTIONS, type PatchFile } from '@granary/wire';
import { readGitPrefix } from '../process/ask-git';
import type { GitRepository } from '../repository/git-repository';
import { CHANGE_OPTIONS } from './commit-changes';
import { treesOf, type TreePair } from './tree-pair';

export interface PatchQuestion {
  trees: TreePair;
  /** Both sides of each file, from the root, as `textOfPath` writes them. */
  paths: readonly string[];
  /** Renames are sought among `paths` alone. */
  withRenames: boolean;
  maxBytes: number;
}

/**
 * The beginning of the patch between two trees. Texts are one character a byte.
 *
 * @returns `isCut`: there is more; the last file may lack lines then.
 * @see git-diff-tree(1).
 */
export async function readPatchStart(
  repository: GitRepository,
  { trees, paths, withRenames, maxBytes }: PatchQuestion,
): Promise<{ files: PatchFile[]; isCut: boolean }> {
  const shape = [withRenames ? '-M' : '--no-renames', '--no-commit-id', ...PATCH_OPTIONS];
  const args = [...CHANGE_OPTIONS, ...shape, ...treesOf(trees), '--', ...paths.map(bytesOfPath)];
  const { output, isCut } = await readGitPrefix(repository, args, maxBytes);
  return { files: parsePatch(output.toString('latin1')), isCut };
}
