import { listTree, readBlobStart, type GitRepository } from '@granary/git-process';
import { lfsPatternsIn, type LargeFile } from '../lfs';

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
  repository: GitRepository,
  { sha, overBytes }: { sha: string; overBytes: number },
): Promise<LargeFiles> {
  const files: LargeFile[] = [];
  let entries = 0;
  let attributes: string | null = null;
  let isComplete = true;
  for await (const record of listTree(repository, { treeish: sha, isRecursive: true, withSizes: true })) {
    const { mode, path, oid, sizeBytes } = record;
    if (!REGULAR.test(mode)) continue;
    if (path === '.gitattributes') attributes = oid;
    if (sizeBytes !== null && sizeBytes > overBytes) files.push({ path, sizeBytes });
    isComplete = ++entries <= MAX_ENTRIES && files.length <= MAX_FILES;
    if (!isComplete) break;
  }
  return { files, tracked: await trackedBy(repository, attributes), isComplete };
}

async function trackedBy(repository: GitRepository, oid: string | null): Promise<Set<string>> {
  if (oid === null) return new Set();
  const { output } = await readBlobStart(repository, oid, MAX_ATTRIBUTES_BYTES);
  return lfsPatternsIn(output.toString('utf8'));
}
