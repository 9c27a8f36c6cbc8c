import { ProtocolError } from '../protocol-error';
import { readFileHeader, type PatchFileHeader } from './diff-header';
import { LineReader } from './line-reader';

export interface PatchLine {
  kind: 'context' | 'add' | 'delete' | 'no_newline';
  /** Counted from 1; null where the line is not on that side. */
  oldLine: number | null;
  newLine: number | null;
  /** Without the leading sign and the line feed. A carriage return stays. */
  text: string;
}

export interface PatchHunk {
  /** The whole line, `@@ -1,2 +3,4 @@ context`. */
  header: string;
  lines: PatchLine[];
}

export interface PatchFile extends PatchFileHeader {
  additions: number;
  deletions: number;
  hunks: PatchHunk[];
  /** The patch breaks off inside this file: it was cut by its reader. */
  truncated: boolean;
}

/** The options of `git diff`, `git diff-tree` and `git show` whose patch {@link parsePatch} reads. */
export const PATCH_OPTIONS: readonly string[] = [
  '--patch',
  '--full-index',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--submodule=short',
];

const FILE_START = 'diff --git ';
const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/**
 * Reads a patch made with {@link PATCH_OPTIONS}. What stands before the first file (a commit's header) is skipped.
 * A patch that was cut anywhere is read up to the cut; a file whose header is cut is left out.
 *
 * @throws ProtocolError on what git does not write, a combined diff (`diff --cc`) included.
 * @see git-diff(1), "Generating patch text with -p".
 */
export function parsePatch(patch: string): PatchFile[] {
  const reader = new LineReader(patch);
  while (reader.line !== null && !reader.line.startsWith('diff --')) reader.next();
  const files: PatchFile[] = [];
  while (reader.line !== null) {
    if (!reader.line.startsWith(FILE_START)) throw new ProtocolError(`Not the start of a file: ${reader.line}`);
    const header = readFileHeader(reader);
    if (header) files.push(readFile(reader, header));
  }
  return files;
}

function readFile(reader: LineReader, header: PatchFileHeader): PatchFile {
  const file: PatchFile = { ...header, additions: 0, deletions: 0, hunks: [], truncated: false };
  while (reader.line !== null && !reader.line.startsWith(FILE_START)) {
    if (!reader.line.startsWith('@@ ')) throw new ProtocolError(`Not the start of a hunk: ${reader.line}`);
    readHunk(reader, file);
  }
  file.truncated ||= reader.isCut;
  return file;
}

function readHunk(reader: LineReader, file: PatchFile): void {
  const [header, oldStart, oldCount = '1', newStart, newCount = '1'] = HUNK.exec(reader.line ?? '') ?? [];
  if (header === undefined) throw new ProtocolError(`Not the start of a hunk: ${reader.line}`);
  const lines: PatchLine[] = [];
  file.hunks.push({ header: reader.line ?? '', lines });
  reader.next();
  const side = { oldLine: Number(oldStart), newLine: Number(newStart) };
  const end = { oldLine: side.oldLine + Number(oldCount), newLine: side.newLine + Number(newCount) };
  // Lines are counted, not recognised: a deleted "-- x" reads "--- x", just as a file's header does.
  while (side.oldLine < end.oldLine || side.newLine < end.newLine || reader.line?.startsWith('\\')) {
    if (reader.line === null) {
      file.truncated = true;
      return;
    }
    lines.push(readLine(reader.line, side));
    reader.next();
  }
  file.additions += lines.filter((line) => line.kind === 'add').length;
  file.deletions += lines.filter((line) => line.kind === 'delete').length;
}

function readLine(line: string, side: { oldLine: number; newLine: number }): PatchLine {
  const text = line.slice(1);
  switch (line[0]) {
    case '+':
      return { kind: 'add', oldLine: null, newLine: side.newLine++, text };
    case '-':
      return { kind: 'delete', oldLine: side.oldLine++, newLine: null, text };
    case '\\':
      return { kind: 'no_newline', oldLine: null, newLine: null, text: text.trimStart() };
    case ' ':
    case undefined: // diff.suppressBlankEmpty writes an empty context line without its space.
      return { kind: 'context', oldLine: side.oldLine++, newLine: side.newLine++, text };
    default:
      throw new ProtocolError(`Not a line of a hunk: ${line}`);
  }
}
