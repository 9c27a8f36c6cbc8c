import {
  compareTexts,
  pathOf,
  withObjects,
  type CatFile,
  type CountedFile,
  type GitRepository,
} from '@granary/git-process';
import type { PatchFile } from '@granary/wire';
import { readShort } from './blob-encodings';
import { readNamedEncodings } from './named-encodings';
import { decodeAs, encodingOf, isBinary, isWide } from './text-encoding';

/**
 * Those of `files`, which git calls binary, that are UTF-16 on at least one side and text on the other: with the lines
 * that differ, as the file page reads both. By {@link pathOf}.
 */
export async function readWideTexts(
  repository: GitRepository,
  { sha, files }: { sha: string; files: readonly CountedFile[] },
): Promise<Map<string, PatchFile>> {
  const found = new Map<string, PatchFile>();
  if (files.length === 0) return found;
  await withObjects(repository, async (objects) => {
    for (const file of files) {
      const texts = await textsOf({ ...repository, objects }, sha, file);
      if (texts) found.set(pathOf(file), { ...file, ...(await compareTexts(repository, texts)), binary: false });
    }
  });
  return found;
}

interface Texts {
  before: string;
  after: string;
}

async function textsOf(
  repository: GitRepository & { objects: CatFile },
  sha: string,
  { oldOid, newOid, oldPath, newPath }: CountedFile,
): Promise<Texts | null> {
  const read = async (oid: string | null) => (oid === null ? Buffer.alloc(0) : readShort(repository.objects, oid));
  // The other side of an image is not read.
  const start = await read(oldOid ?? newOid);
  const file = start && { sha, path: newPath ?? oldPath ?? '', start };
  const named = file && (await readNamedEncodings(repository, [file])).get(file);
  if (!start || isBinary(start, { named })) return null;
  const [before, after] = [oldOid === null ? await read(null) : start, await read(newOid)];
  if (!before || !after || isBinary(after, { named })) return null;
  const [from, to] = [encodingOf(before, { named }), encodingOf(after, { named })];
  if (!isWide(from) && !isWide(to)) return null;
  const texts = { before: decodeAs(from, before), after: decodeAs(to, after) };
  return `${texts.before}${texts.after}`.includes('\0') ? null : texts;
}
