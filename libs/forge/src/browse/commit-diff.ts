import {
  lookUpObjects,
  pathOf,
  readChanges,
  readCommit,
  type CountedFile,
  type GitRepository,
  type ObjectInfo,
  type TreePair,
} from '@granary/git-process';
import type { LogRecord, PatchFile, PatchHunk } from '@granary/wire';
import { readPatches, type PatchLimits, type PatchParts } from './commit-patch';
import { standingForObjects } from './marked-pointers';
import { readPointers, type PointerFacts } from './pointers';
import { readWideTexts } from './wide-text';

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
  repository: GitRepository,
  sha: string,
  window: DiffWindow & Partial<PatchLimits>,
): Promise<CommitDiff> {
  const commit = await readCommit(repository, sha);
  return { commit, ...(await readDiff(repository, { from: commit.parents[0] ?? null, to: commit.sha }, window)) };
}

/**
 * What leads from one commit to another.
 */
export async function readDiff(
  repository: GitRepository,
  { from, to }: TreePair,
  { offset, limit, ...limits }: DiffWindow & Partial<PatchLimits>,
): Promise<Omit<CommitDiff, 'commit'>> {
  const trees = { from, to };
  const { files: seen, ...totals } = await readChanges(repository, trees, { offset, limit });
  const bounds = { ...LIMITS, ...limits };
  const candidates = seen.filter(mayBeWide).slice(0, MOST_WIDE);
  const wide = await readWideTexts(repository, { sha: to, files: candidates });
  const counted = seen.map((file) => asCounted(file, wide.get(pathOf(file))));
  // Git takes what it calls binary, UTF-16 among it, for no lines at all.
  for (const { additions, deletions } of wide.values()) {
    totals.additions += additions;
    totals.deletions += deletions;
  }
  const byGit = counted.filter((file) => !wide.has(pathOf(file)));
  const parts = await readPatches(repository, { trees, files: byGit, limits: bounds });
  for (const [path, part] of wide) if (lineCount(part) <= bounds.maxFileLines) parts.set(path, [part]);
  const files = await withPointers(repository, {
    sha: to,
    parent: from,
    files: counted.map((file) => withLines(file, parts)),
  });
  return { files, ...totals };
}

/** Each is read and compared by itself. */
const MOST_WIDE = 20;

function mayBeWide({ binary, status, oldMode, newMode }: CountedFile): boolean {
  const isFile = [oldMode, newMode].every((mode) => mode === null || mode.startsWith('100'));
  return binary && isFile && status !== 'mode_changed';
}

function asCounted(file: CountedFile, text: PatchFile | undefined): CountedFile {
  if (!text) return file;
  const { additions, deletions } = text;
  return { ...file, additions, deletions, binary: false };
}

const lineCount = ({ additions, deletions }: Pick<PatchFile, 'additions' | 'deletions'>) => additions + deletions;

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
  repository: GitRepository,
  { sha, parent, files }: { sha: string; parent: string | null; files: PatchedFile[] },
): Promise<DiffFile[]> {
  const oids = files.filter(mayShowPointer).flatMap((file) => [file.oldOid, file.newOid].filter((oid) => oid !== null));
  const found = await lookUpObjects(repository, oids);
  const blobs = found.filter((facts): facts is ObjectInfo & { type: 'blob' } => facts?.type === 'blob');
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
