import { ProtocolError } from '../protocol-error';
import type { PatchFileHeader } from './diff-header';
import { isZeroOid } from './oid';
import { textOfPath } from './path-text';

/** The options of `git diff-tree -r` whose output {@link DiffSummaryParser} reads: every file first, then its counts. */
export const DIFF_SUMMARY_OPTIONS: readonly string[] = ['--raw', '--numstat', '-z', '--no-abbrev', '--no-commit-id'];

/** One file that differs. `binary` is not known before its {@link ChangeCount}, and false until then. */
export type ChangedFile = PatchFileHeader;

export interface ChangeCount {
  oldPath: string;
  newPath: string;
  /** 0 in binary files. */
  additions: number;
  deletions: number;
  binary: boolean;
}

export interface DiffSummaryPart {
  files: ChangedFile[];
  counts: ChangeCount[];
}

const FILE = /^:(\d{6}) (\d{6}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([ADMTRC])\d*$/;
const COUNT = /^(\d+|-)\t(\d+|-)\t([^]*)$/;
const NO_FILE = '000000';

/**
 * Reads `git diff-tree -r` with {@link DIFF_SUMMARY_OPTIONS} as it comes. Files and their counts come in one order, git's.
 *
 * @see git-diff-tree(1), "Raw output format" and "Other diff formats" (`--numstat`).
 */
export class DiffSummaryParser {
  private unfinished: Buffer = Buffer.alloc(0);
  /** The first field of a record, and the paths that have come for it. */
  private record: { head: string; paths: string[]; pathCount: number } | null = null;

  /**
   * What ends in `chunk`.
   *
   * @throws ProtocolError on what git does not write.
   */
  push(chunk: Buffer): DiffSummaryPart {
    const bytes = this.unfinished.length === 0 ? chunk : Buffer.concat([this.unfinished, chunk]);
    const end = bytes.lastIndexOf(0);
    this.unfinished = bytes.subarray(end + 1);
    const part: DiffSummaryPart = { files: [], counts: [] };
    if (end >= 0) for (const field of bytes.toString('latin1', 0, end).split('\0')) this.take(field, part);
    return part;
  }

  /** @throws ProtocolError when the output ended inside a record. */
  end(): void {
    if (this.unfinished.length > 0 || this.record) throw new ProtocolError('git output ends inside a record');
  }

  private take(field: string, part: DiffSummaryPart): void {
    if (!this.record) {
      const count = COUNT.exec(field);
      if (count?.[3]) return void part.counts.push(readCount(field, [pathIn(count[3])]));
      this.record = { head: field, paths: [], pathCount: count ? 2 : pathCountOf(field) };
      return;
    }
    this.record.paths.push(pathIn(field));
    const { head, paths, pathCount } = this.record;
    if (paths.length < pathCount) return;
    this.record = null;
    if (head.startsWith(':')) part.files.push(readFile(head, paths));
    else part.counts.push(readCount(head, paths));
  }
}

/** Of one character a byte. */
const pathIn = (field: string): string => textOfPath(Buffer.from(field, 'latin1'));

function pathCountOf(head: string): number {
  const status = FILE.exec(head)?.[5];
  if (!status) throw new ProtocolError(`Not a file of git diff-tree: ${head}`);
  return status === 'R' || status === 'C' ? 2 : 1;
}

const STATUS: Record<string, PatchFileHeader['status']> = {
  A: 'added',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  M: 'modified',
  T: 'modified',
};

function readFile(head: string, [first = '', second = first]: string[]): ChangedFile {
  const [, oldMode = '', newMode = '', oldOid = '', newOid = '', letter = ''] = FILE.exec(head) ?? [];
  const isModeAlone = letter === 'M' && oldOid === newOid;
  return {
    status: isModeAlone ? 'mode_changed' : (STATUS[letter] ?? 'modified'),
    oldPath: oldMode === NO_FILE ? null : first,
    newPath: newMode === NO_FILE ? null : second,
    oldMode: oldMode === NO_FILE ? null : oldMode,
    newMode: newMode === NO_FILE ? null : newMode,
    oldOid: isZeroOid(oldOid) ? null : oldOid,
    newOid: isZeroOid(newOid) ? null : newOid,
    binary: false,
  };
}

function readCount(head: string, [oldPath = '', newPath = oldPath]: string[]): ChangeCount {
  const [, additions = '', deletions = ''] = COUNT.exec(head) ?? [];
  const binary = additions === '-';
  return {
    oldPath,
    newPath,
    additions: binary ? 0 : Number(additions),
    deletions: binary ? 0 : Number(deletions),
    binary,
  };
}
