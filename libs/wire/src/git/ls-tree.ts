import { isUtf8 } from 'node:buffer';
import { ProtocolError } from '../protocol-error';
import { textOfPath } from './path-text';
import { splitNul } from './records';

export type TreeEntryType = 'blob' | 'tree' | 'commit';

export interface LsTreeEntry {
  /** Six octal digits: `100644`, `100755`, `120000` (symlink), `040000` (tree), `160000` (submodule). */
  mode: string;
  /** `commit` is a submodule. */
  type: TreeEntryType;
  oid: string;
  /** Null for trees and submodules, and when `-l` was not given. */
  sizeBytes: number | null;
  /** Relative to the listed tree. */
  path: string;
}

const RECORD = /^(\d{6}) (blob|tree|commit) ([0-9a-f]{40,64})(?: +(\d+|-))?\t([^]+)$/;

/** As {@link parseLsTree}, from what git writes: paths are any bytes, and told as {@link textOfPath} does. */
export function readLsTree(output: Buffer): LsTreeEntry[] {
  // As nearly always.
  if (isUtf8(output) && !output.includes('"')) return parseLsTree(output.toString('utf8'));
  return parseLsTree(output.toString('latin1')).map((entry) => ({
    ...entry,
    path: textOfPath(Buffer.from(entry.path, 'latin1')),
  }));
}

/**
 * Reads the whole output of `git ls-tree -z`, with or without `-l` and `-r`.
 *
 * @throws ProtocolError on anything else.
 * @see git-ls-tree(1), "Output Format".
 */
export function parseLsTree(output: string): LsTreeEntry[] {
  return splitNul(output).map((record) => {
    const [, mode, type, oid, size, path] = RECORD.exec(record) ?? [];
    if (!mode || !type || !oid || !path) throw new ProtocolError(`Not a record of git ls-tree: ${record}`);
    const sizeBytes = size === undefined || size === '-' ? null : Number(size);
    return { mode, type: type as TreeEntryType, oid, sizeBytes, path };
  });
}
