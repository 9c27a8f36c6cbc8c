import { DomainError } from '@granary/kernel';
import { parseTree, type TreeObjectEntry } from '@granary/wire';
import type { ObjectFormat } from '../repository/repository';

export type Entry = Pick<TreeObjectEntry, 'mode' | 'nameBytes' | 'oid'>;

/** The mode of a directory. */
export const TREE_MODE = '040000';

/** The entries of a tree object by their names, each byte of a name as a character. @throws DomainError `invalid` */
export function readEntries(content: Buffer, format: ObjectFormat, oid: string): Map<string, Entry> {
  const tree = parseTree(content, format === 'sha1' ? 20 : 32);
  if (tree.kind === 'malformed') throw new DomainError('invalid', `The tree ${oid} cannot be read: ${tree.reason}.`);
  return new Map(tree.entries.map((entry) => [Buffer.from(entry.nameBytes).toString('latin1'), entry]));
}

/** Names in the order of their bytes, a directory's as if a slash stood behind it (git: tree.c, base_name_compare). */
export function formatTree(entries: Entry[]): Buffer {
  const keyed = entries.map((entry) => ({
    entry,
    key: entry.mode === TREE_MODE ? Buffer.concat([entry.nameBytes, Buffer.from('/')]) : Buffer.from(entry.nameBytes),
  }));
  keyed.sort((one, other) => one.key.compare(other.key));
  return Buffer.concat(
    keyed.flatMap(({ entry: { mode, nameBytes, oid } }) => [
      Buffer.from(`${mode.replace(/^0/, '')} `),
      nameBytes,
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ]),
  );
}
