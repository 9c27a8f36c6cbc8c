import { lfsPatternsIn, type LargeFile } from '../lfs';
import { readLsTree } from '@granary/wire';
import { outputOf, readGitPrefix, verifiedOid, type BareRepository } from './bare-repository';

export interface LargeFiles {
  files: LargeFile[];
  /** What the root's .gitattributes keeps in LFS, as it is written there. */
  tracked: Set<string>;
  /** False when the tree has more entries than anybody looked at. */
  isComplete: boolean;
}

const MAX_ENTRIES = 200_000;
const MAX_FILES = 20_000;
const MAX_ATTRIBUTES_BYTES = 1024 ** 2;
const REGULAR = /^100/;

/** The files of a commit that are larger than `overBytes` as they stand in git; pointers of LFS are not, by their nature. */
export async function readLargeFiles(
  repository: BareRepository,
  { sha, overBytes }: { sha: string; overBytes: number },
): Promise<LargeFiles> {
  const files: LargeFile[] = [];
  let entries = 0;
  let attributes: string | null = null;
  let isComplete = true;
  let unfinished: Buffer = Buffer.alloc(0);
  for await (const chunk of outputOf(repository, ['ls-tree', '-r', '-l', '-z', '--full-tree', verifiedOid(sha)])) {
    const bytes = Buffer.concat([unfinished, chunk]);
    const end = bytes.lastIndexOf(0) + 1;
    unfinished = bytes.subarray(end);
    const records = readLsTree(bytes.subarray(0, end)).filter(({ mode }) => REGULAR.test(mode));
    attributes ??= records.find(({ path }) => path === '.gitattributes')?.oid ?? null;
    for (const { path, sizeBytes } of records) {
      if (sizeBytes !== null && sizeBytes > overBytes) files.push({ path, sizeBytes });
    }
    entries += records.length;
    isComplete = entries <= MAX_ENTRIES && files.length <= MAX_FILES;
    if (!isComplete) break;
  }
  return { files, tracked: await trackedBy(repository, attributes), isComplete };
}

async function trackedBy(repository: BareRepository, oid: string | null): Promise<Set<string>> {
  if (oid === null) return new Set();
  const { output } = await readGitPrefix(repository, ['cat-file', 'blob', oid], MAX_ATTRIBUTES_BYTES);
  return lfsPatternsIn(output.toString('utf8'));
}
