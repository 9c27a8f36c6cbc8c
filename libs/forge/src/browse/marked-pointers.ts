import { openPrivateCatFile } from '@granary/git-process';
import { MarkedPlaces } from '../lfs';
import type { BareRepository } from './bare-repository';
import type { PointerFacts } from './pointers';

/** A file whose content reads as a pointer, in a commit. */
export interface PointerFile {
  sha: string;
  path: string;
  pointer: PointerFacts;
}

/**
 * Those of `files` that stand for their object: where `.gitattributes` does not mark the path for Git LFS, what looks
 * like a pointer is a text like any other, in every clone and every archive.
 */
export async function standingForObjects<F extends PointerFile>(
  { home, path: repositoryPath, signal }: BareRepository,
  files: readonly F[],
): Promise<F[]> {
  if (files.length === 0) return [];
  const { catFile: objects, close } = openPrivateCatFile(home, { repositoryPath, signal });
  try {
    const places = files.map((file) => ({ file, treeish: file.sha, path: file.path }));
    const marked = await new MarkedPlaces(home, { repositoryPath, objects, signal }).among(places);
    return marked.map(({ file }) => file);
  } finally {
    await close();
  }
}
