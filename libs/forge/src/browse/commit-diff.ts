import { lookUpObjects, type ObjectFacts } from '@granary/git-process';
import type { LogRecord, PatchHunk } from '@granary/wire';
import type { BareRepository } from './bare-repository';
import { pathOf, readChanges, type CountedFile } from './commit-changes';
import { readPatches, type PatchLimits, type PatchParts } from './commit-patch';
import { readCommit } from './history';
import { standingForObjects } from './marked-pointers';
import { readPointers, type PointerFacts } from './pointers';

/** One file with its lines; without them where it is binary or too long, which `truncated` tells. */
interface PatchedFile extends CountedFile {
  hunks: PatchHunk[];
  truncated: boolean;
}

export interface DiffFile extends PatchedFile {
  oldLfs: PointerFacts | null;
  newLfs: PointerFacts | null;
}

export interface CommitDiff {
  commit: LogRecord;
  /** Those of the page. */
  files: DiffFile[];
  /** Of the whole commit, whatever the page holds. */
  fileCount: number;
  additions: number;
  deletions: number;
}

export interface DiffWindow {
  offset: number;
  limit: number;
}

const LIMITS: PatchLimits = { maxPatchBytes: 1024 * 1024, maxLines: 20_000, maxFileLines: 3000 };

/**
 * What a commit changes against its first parent; a root commit against nothing.
 *
 * @throws DomainError `not_found` when there is no such commit.
 * @see git-diff-tree(1).
 */
export async function readCommitDiff(
  repository: BareRepository,
  sha: string,
  window: DiffWindow & Partial<PatchLimits>,
): Promise<CommitDiff> {
  const commit = await readCommit(repository, sha);
  return { commit, ...(await readDiff(repository, { from: commit.parents[0] ?? null, to: commit.sha }, window)) };
}

/**
 * What leads from one commit to another.
 *
 * @param of.from null stands for an empty tree.
 */
export async function readDiff(
  repository: BareRepository,
  { from, to }: { from: string | null; to: string },
  { offset, limit, ...limits }: DiffWindow & Partial<PatchLimits>,
): Promise<Omit<CommitDiff, 'commit'>> {
  const trees = from === null ? ['--root', to] : [from, to];
  const { files: counted, ...totals } = await readChanges(repository, trees, { offset, limit });
  const parts = await readPatches(repository, { trees, files: counted, limits: { ...LIMITS, ...limits } });
  const files = await withPointers(repository, {
    sha: to,
    parent: from,
    files: counted.map((file) => withLines(file, parts)),
  });
  return { files, ...totals };
}

function withLines(file: CountedFile, parts: PatchParts): PatchedFile {
  const found = parts.get(pathOf(file));
  if (!found) return { ...file, hunks: [], truncated: !file.binary };
  return {
    ...file,
    binary: found.some((part) => part.binary),
    hunks: found.flatMap((part) => part.hunks),
    truncated: found.some((part) => part.truncated),
  };
}

async function withPointers(
  repository: BareRepository,
  { sha, parent, files }: { sha: string; parent: string | null; files: PatchedFile[] },
): Promise<DiffFile[]> {
  const oids = files.filter(mayShowPointer).flatMap((file) => [file.oldOid, file.newOid].filter((oid) => oid !== null));
  const found = await lookUpObjects(repository, oids);
  const blobs = found.filter((facts): facts is ObjectFacts & { type: 'blob' } => facts?.type === 'blob');
  const pointers = await readPointers(repository, blobs);
  const sides = files.flatMap((file) => [
    ...side(pointers, { file, is: 'oldLfs', sha: parent, path: file.oldPath, oid: file.oldOid }),
    ...side(pointers, { file, is: 'newLfs', sha, path: file.newPath, oid: file.newOid }),
  ]);
  const standing = await standingForObjects(repository, sides);
  const of = (file: PatchedFile, is: 'oldLfs' | 'newLfs') =>
    standing.find((found) => found.file === file && found.is === is)?.pointer ?? null;
  return files.map((file) => ({ ...file, oldLfs: of(file, 'oldLfs'), newLfs: of(file, 'newLfs') }));
}

interface Side {
  file: PatchedFile;
  is: 'oldLfs' | 'newLfs';
  sha: string | null;
  path: string | null;
  oid: string | null;
}

function side(pointers: ReadonlyMap<string, PointerFacts>, { file, is, sha, path, oid }: Side) {
  const pointer = pointers.get(oid ?? '');
  return pointer && sha !== null && path !== null ? [{ file, is, sha, path, pointer }] : [];
}

/** A pointer is a few lines long, so the line that names its version is always part of the patch. */
function mayShowPointer(file: PatchedFile): boolean {
  return file.hunks.some((hunk) => hunk.lines.some((line) => /^version https?:/.test(line.text)));
}
