import { createHash } from 'node:crypto';
import { knownOfIds, withObjects, type GitRepository } from '@granary/git-process';
import { MarkedPlaces } from '../lfs';
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
  repository: GitRepository,
  files: readonly F[],
): Promise<F[]> {
  if (files.length === 0) return [];
  const digest = createHash('sha256').update(JSON.stringify(files.map(({ sha, path }) => [sha, path])));
  const question = ['marked', digest.digest('hex')];
  const marked = await knownOfIds(
    repository,
    question,
    () => markedAmong(repository, files),
    (places) => 1 + places.size,
  );
  return files.filter((_, place) => marked.has(place));
}

/** @returns their places in the list. */
async function markedAmong(repository: GitRepository, files: readonly PointerFile[]): Promise<ReadonlySet<number>> {
  const places = files.map((file, place) => ({ place, treeish: file.sha, path: file.path }));
  const marked = await withObjects(repository, (objects) => new MarkedPlaces({ ...repository, objects }).among(places));
  return new Set(marked.map(({ place }) => place));
}
