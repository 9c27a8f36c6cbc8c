import { ProtocolError } from '../protocol-error';
import type { LineReader } from './line-reader';
import { isZeroOid } from './oid';
import { parseQuotedPath, takeQuotedPath } from './quoted-path';

export interface PatchFileHeader {
  status: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied' | 'mode_changed';
  /** Null for an added file. */
  oldPath: string | null;
  /** Null for a deleted file. */
  newPath: string | null;
  /** Six octal digits. */
  oldMode: string | null;
  newMode: string | null;
  /** Whole blob ids; null where the patch gives none: a pure rename, copy or change of mode. */
  oldOid: string | null;
  newOid: string | null;
  binary: boolean;
}

/** The extended header lines, by the words they start with. */
const EXTENDED = [
  'old mode',
  'new mode',
  'deleted file mode',
  'new file mode',
  'copy from',
  'copy to',
  'rename from',
  'rename to',
  'similarity index',
  'dissimilarity index',
  'index',
] as const;
type ExtendedName = (typeof EXTENDED)[number];
type Extended = Partial<Record<ExtendedName, string>>;

/**
 * Reads from `diff --git` to the line before the first hunk.
 *
 * @returns null when the patch was cut inside the header.
 */
export function readFileHeader(reader: LineReader): PatchFileHeader | null {
  const firstLine = reader.line ?? '';
  reader.next();
  const extended = readExtended(reader);
  if (reader.isCut) return null;
  const described = describe(firstLine, extended);
  if (!described || Object.keys(extended).length === 0) {
    if (reader.line === null) return null;
    throw new ProtocolError(`The header of a file is incomplete: ${firstLine}`);
  }
  const binary = reader.line?.startsWith('Binary files ') ?? false;
  if (binary) reader.next();
  else if (reader.line?.startsWith('--- ')) {
    reader.next();
    if (reader.line === null) return null;
    reader.next();
  }
  return { ...described, binary };
}

function readExtended(reader: LineReader): Extended {
  const found: Extended = {};
  for (; reader.line !== null; reader.next()) {
    const line = reader.line;
    const name = EXTENDED.find((candidate) => line.startsWith(`${candidate} `));
    if (!name) break;
    found[name] = line.slice(name.length + 1);
  }
  return found;
}

function describe(firstLine: string, extended: Extended): Omit<PatchFileHeader, 'binary'> | null {
  const [oldId, newId, sameMode = null] = (extended.index ?? '').split(/\.\.| /);
  const oldMode = extended['deleted file mode'] ?? extended['old mode'] ?? sameMode;
  const newMode = extended['new file mode'] ?? extended['new mode'] ?? sameMode;
  const ids = { oldMode, newMode, oldOid: presentOid(oldId), newOid: presentOid(newId) };
  const from = extended['rename from'] ?? extended['copy from'];
  const to = extended['rename to'] ?? extended['copy to'];
  if (from !== undefined && to !== undefined) {
    const status = extended['rename from'] === undefined ? 'copied' : 'renamed';
    return { status, oldPath: parseQuotedPath(from), newPath: parseQuotedPath(to), ...ids };
  }
  const path = parseCommonPath(firstLine.slice('diff --git '.length));
  if (path === null) return null;
  if (extended['new file mode']) return { status: 'added', oldPath: null, newPath: path, ...ids };
  if (extended['deleted file mode']) return { status: 'deleted', oldPath: path, newPath: null, ...ids };
  const status = ids.oldOid === null ? 'mode_changed' : 'modified';
  return { status, oldPath: path, newPath: path, ...ids };
}

function presentOid(text: string | undefined): string | null {
  return text && !isZeroOid(text) ? text : null;
}

/** The path in `a/<path> b/<path>`, which may hold spaces; null when the two differ. */
function parseCommonPath(names: string): string | null {
  if (names.startsWith('"')) {
    const first = takeQuotedPath(names);
    const path = first.path.slice(2);
    return parseQuotedPath(names.slice(first.length + 1)) === `b/${path}` ? path : null;
  }
  const path = names.slice(2, (names.length - 1) / 2);
  return names === `a/${path} b/${path}` ? path : null;
}
