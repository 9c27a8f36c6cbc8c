import { parsePatch, PATCH_OPTIONS, type LogRecord, type PatchFile } from '@granary/wire';
import { readGitPrefix, type BareRepository } from './bare-repository';
import { readCommit } from './history';
import { lookUpObjects } from './object-facts';
import { readPointers, type PointerFacts, type SizedBlob } from './pointers';

export interface DiffFile extends PatchFile {
  oldLfs: PointerFacts | null;
  newLfs: PointerFacts | null;
}

export interface CommitDiff {
  commit: LogRecord;
  files: DiffFile[];
  /** Of the files that are listed. */
  additions: number;
  deletions: number;
  /** The commit has more files than are listed. */
  isTruncated: boolean;
}

export interface DiffLimits {
  maxFiles: number;
  maxPatchBytes: number;
  /** A file with more lines in its hunks keeps its counts and loses its hunks. */
  maxFileLines: number;
}

const LIMITS: DiffLimits = { maxFiles: 300, maxPatchBytes: 1024 * 1024, maxFileLines: 3000 };

// A blob above this is shown as binary, unread; renames with edits are sought among so many files at most.
const BIG_FILE_THRESHOLD = 'core.bigFileThreshold=4m';
const RENAME_LIMIT = '-l200';

/**
 * What a commit changes against its first parent; a root commit against nothing.
 *
 * @throws DomainError `not_found` when there is no such commit.
 * @see git-diff-tree(1).
 */
export async function readCommitDiff(
  repository: BareRepository,
  sha: string,
  limits: Partial<DiffLimits> = {},
): Promise<CommitDiff> {
  const { maxFiles, maxPatchBytes, maxFileLines } = { ...LIMITS, ...limits };
  const commit = await readCommit(repository, sha);
  const [parent] = commit.parents;
  const trees = parent === undefined ? ['--root', commit.sha] : [parent, commit.sha];
  const shape = ['-r', '-M', RENAME_LIMIT, '--no-commit-id', ...PATCH_OPTIONS];
  const args = ['-c', BIG_FILE_THRESHOLD, 'diff-tree', ...shape, ...trees, '--'];
  const { output, isCut } = await readGitPrefix(repository, args, maxPatchBytes);
  const parsed = parsePatch(output.toString('utf8'));
  const listed = parsed.slice(0, maxFiles).map((file) => withinLines(file, maxFileLines));
  const files = await withPointers(repository, listed);
  return {
    commit,
    files,
    additions: files.reduce((sum, file) => sum + file.additions, 0),
    deletions: files.reduce((sum, file) => sum + file.deletions, 0),
    isTruncated: isCut || parsed.length > maxFiles,
  };
}

function withinLines(file: PatchFile, maxFileLines: number): PatchFile {
  const lines = file.hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  return lines <= maxFileLines ? file : { ...file, hunks: [], truncated: true };
}

async function withPointers(repository: BareRepository, files: PatchFile[]): Promise<DiffFile[]> {
  const oids = files.filter(mayShowPointer).flatMap((file) => [file.oldOid, file.newOid].filter((oid) => oid !== null));
  const found = await lookUpObjects(repository, oids);
  const blobs = found.filter((facts): facts is SizedBlob & { type: string } => facts?.type === 'blob');
  const pointers = await readPointers(repository, blobs);
  return files.map((file) => ({
    ...file,
    oldLfs: pointers.get(file.oldOid ?? '') ?? null,
    newLfs: pointers.get(file.newOid ?? '') ?? null,
  }));
}

/** A pointer is a few lines long, so the line that names its version is always part of the patch. */
function mayShowPointer(file: PatchFile): boolean {
  return file.hunks.some((hunk) => hunk.lines.some((line) => /^version https?:/.test(line.text)));
}
