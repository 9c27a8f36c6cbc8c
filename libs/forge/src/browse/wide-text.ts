import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit, type CatFile } from '@granary/git-process';
import { parsePatch, PATCH_OPTIONS, type PatchFile } from '@granary/wire';
import { withObjects, type BareRepository } from './bare-repository';
import { readShort } from './blob-encodings';
import { pathOf, type CountedFile } from './commit-changes';
import { readNamedEncodings } from './named-encodings';
import { decodeAs, encodingOf, isBinary, isWide } from './text-encoding';

const MAX_PATCH_BYTES = 8 * 1024 * 1024;

/** What stands before the hunks in what git says of two files outside of a repository. */
const HEADER = `diff --git a/x b/x\nindex ${'1'.repeat(40)}..${'2'.repeat(40)} 100644\n--- a/x\n+++ b/x\n`;

/**
 * Those of `files`, which git calls binary, that are UTF-16 on at least one side and text on the other: with the lines
 * that differ, as the file page reads both. By {@link pathOf}.
 */
export async function readWideTexts(
  repository: BareRepository,
  { sha, files }: { sha: string; files: readonly CountedFile[] },
): Promise<Map<string, PatchFile>> {
  const found = new Map<string, PatchFile>();
  if (files.length === 0) return found;
  await withObjects(repository, async (objects) => {
    for (const file of files) {
      const texts = await textsOf({ ...repository, objects }, sha, file);
      if (texts) found.set(pathOf(file), { ...file, ...(await difference(repository, texts)), binary: false });
    }
  });
  return found;
}

interface Texts {
  before: string;
  after: string;
}

async function textsOf(
  repository: BareRepository & { objects: CatFile },
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

async function difference(
  { home, signal }: BareRepository,
  { before, after }: Texts,
): Promise<Pick<PatchFile, 'hunks' | 'additions' | 'deletions' | 'truncated'>> {
  const directory = await mkdtemp(join(home.directory, 'texts-'));
  try {
    const paths = [join(directory, 'before'), join(directory, 'after')];
    await writeFile(paths[0] as string, before);
    await writeFile(paths[1] as string, after);
    const args = ['diff', '--no-index', '--text', ...PATCH_OPTIONS, '--', ...paths];
    const options = { args, signal, acceptExitCodes: [0, 1], maxOutputBytes: MAX_PATCH_BYTES };
    const output = (await runGit(home, options)).stdout.toString('utf8');
    const start = output.indexOf('\n@@ ');
    const [file] = start < 0 ? [] : parsePatch(HEADER + output.slice(start + 1));
    return file ?? { hunks: [], additions: 0, deletions: 0, truncated: false };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
