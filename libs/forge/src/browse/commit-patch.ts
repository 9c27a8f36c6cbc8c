import { pathOf, readPatchStart, type CountedFile, type GitRepository, type TreePair } from '@granary/git-process';
import type { PatchFile } from '@granary/wire';
import { keyOf, readEncodings } from './blob-encodings';
import { decodePatch, isPlainAscii } from './patch-text';

export interface PatchLimits {
  /** Bytes of patch that are read at once: of a file whose own patch is longer, the beginning is shown. */
  maxPatchBytes: number;
  /** Lines of all files together; what is beyond keeps its counts alone. */
  maxLines: number;
  /** Of one file. */
  maxFileLines: number;
}

/** One long patch behind another: each ends a reading, and a page may take so many. */
const MAX_READINGS = 5;

/** By {@link pathOf}: the parts of the patch that belong to each file, in a file that changed its type two of them. */
export type PatchParts = Map<string, PatchFile[]>;

/**
 * The patches of `files`, each file for itself: one that is too long takes nothing from those behind it.
 *
 * @returns nothing for files that the limits leave out.
 */
export async function readPatches(
  repository: GitRepository,
  { trees, files, limits }: { trees: TreePair; files: readonly CountedFile[]; limits: PatchLimits },
): Promise<PatchParts> {
  const parts: PatchParts = new Map();
  const shown = withinLines(files, limits);
  const isRename = ({ status }: CountedFile) => status === 'renamed' || status === 'copied';
  const job = { trees, limits, parts };
  // Renames are sought among the renamed alone: what git found in the whole commit, it finds here.
  await read(repository, shown.filter(isRename), { ...job, withRenames: true });
  await read(
    repository,
    shown.filter((file) => !isRename(file)),
    { ...job, withRenames: false },
  );
  return decoded(repository, { sha: trees.to, parts });
}

/** As each file is read on its own page: see encodingOf. Attributes are those of the newer side, as for git's own diff. */
async function decoded(
  repository: GitRepository,
  { sha, parts }: { sha: string; parts: PatchParts },
): Promise<PatchParts> {
  const told = [...parts.values()].flat().filter((part) => !isPlainAscii(part));
  const blobs = told.flatMap((part) =>
    [part.oldOid, part.newOid].flatMap((oid) => (oid === null ? [] : { oid, path: pathOf(part) })),
  );
  const encodings = await readEncodings(repository, { sha, blobs });
  const decode = (part: PatchFile) => {
    const of = (oid: string | null) => encodings.get(keyOf({ oid: oid ?? '', path: pathOf(part) })) ?? null;
    return decodePatch(part, { before: of(part.oldOid), after: of(part.newOid) });
  };
  return new Map([...parts].map(([path, found]) => [path, found.map(decode)]));
}

function withinLines(files: readonly CountedFile[], { maxLines, maxFileLines }: PatchLimits): CountedFile[] {
  let lines = 0;
  return files.filter(({ additions, deletions }) => {
    const fits = additions + deletions <= maxFileLines && lines + additions + deletions <= maxLines;
    if (fits) lines += additions + deletions;
    return fits;
  });
}

interface Reading {
  trees: TreePair;
  withRenames: boolean;
  limits: PatchLimits;
  parts: PatchParts;
}

async function read(
  repository: GitRepository,
  files: readonly CountedFile[],
  { trees, withRenames, limits, parts }: Reading,
): Promise<void> {
  let pending = [...files];
  for (let reading = 0; pending.length > 0 && reading < MAX_READINGS; reading++) {
    const question = { trees, withRenames, paths: namesOf(pending), maxBytes: limits.maxPatchBytes };
    const { files: patches, isCut } = await readPatchStart(repository, question);
    const wanted = new Set(pending.map(pathOf));
    const found = patches.filter((file) => wanted.has(pathOf(file)));
    // The one in which the cut fell is read again with more room, unless it had all of it.
    const last = found.at(-1);
    const before = found.filter((file) => last && pathOf(file) !== pathOf(last));
    const whole = isCut && before.length > 0 ? before : found;
    for (const file of whole) parts.set(pathOf(file), [...(parts.get(pathOf(file)) ?? []), file]);
    if (!isCut || whole.length === 0) return;
    pending = pending.filter((file) => !parts.has(pathOf(file)));
  }
}

function namesOf(files: readonly CountedFile[]): string[] {
  const names = files.flatMap(({ oldPath, newPath }) => [oldPath, newPath].filter((path) => path !== null));
  return [...new Set(names)];
}
