import { DomainError, invalidField } from '@granary/kernel';
import type { ObjectFormat } from '../repository/repository';
import { newObject, type NewObject } from './new-object';
import { formatTree, readEntries, TREE_MODE, type Entry } from './tree-entries';

export type FileMode = '100644' | '100755';

/** What becomes of one path: a blob that is or will be in the repository, or null where the file goes. */
export interface PathChange {
  path: string;
  blob: { oid: string; mode?: FileMode } | null;
  /** The blob that must stand there now; null: none. Left out: anything. */
  expectedOid?: string | null;
}

export interface TreeSource {
  format: ObjectFormat;
  /** The content of a tree of the repository. */
  read(oid: string): Promise<Buffer>;
}

export interface EditedTree {
  rootOid: string;
  /** Trees that the repository may not have yet. */
  trees: NewObject[];
}

const REGULAR = /^100/;

/**
 * Applies changes to a tree. Only the directories on the way to a change are read; a symbolic link is never followed,
 * nor is anything but a file replaced. A directory that becomes empty goes.
 *
 * @param rootOid null stands for an empty tree.
 * @throws DomainError `invalid` where something else than a file stands in the way, `not_found` where a file that shall
 *   go is not there, `conflict` where a path does not hold what the change expects.
 */
export async function editTree(
  source: TreeSource,
  rootOid: string | null,
  changes: readonly PathChange[],
): Promise<EditedTree> {
  const edit = new TreeEdit(source);
  const entries = await edit.directory(rootOid, nest(changes));
  const root = newObject(source.format, 'tree', formatTree(entries));
  return { rootOid: root.oid, trees: [...edit.trees, root] };
}

/** The changes by the names on their way. */
type Plan = Map<string, Plan | PathChange>;

function nest(changes: readonly PathChange[]): Plan {
  const root: Plan = new Map();
  for (const change of changes) {
    const names = change.path.split('/');
    const last = names.pop() ?? '';
    let plan = root;
    for (const name of names) {
      const below: Plan | PathChange = plan.get(name) ?? new Map<string, Plan | PathChange>();
      if (!(below instanceof Map)) throw twice(change.path);
      plan.set(name, below);
      plan = below;
    }
    if (plan.has(last)) throw twice(change.path);
    plan.set(last, change);
  }
  return root;
}

const twice = (path: string) => invalidField('path', `${path} is named twice, or lies below another file.`, 'invalid');

class TreeEdit {
  readonly trees: NewObject[] = [];

  constructor(private readonly source: TreeSource) {}

  async directory(oid: string | null, plan: Plan): Promise<Entry[]> {
    const entries = await this.entriesOf(oid);
    for (const [name, step] of plan) {
      const nameBytes = Buffer.from(name);
      const key = nameBytes.toString('latin1');
      const changed = await this.entry(entries.get(key), step);
      if (changed) entries.set(key, { ...changed, nameBytes });
      else entries.delete(key);
    }
    return [...entries.values()];
  }

  private async entriesOf(oid: string | null): Promise<Map<string, Entry>> {
    return oid === null ? new Map() : readEntries(await this.source.read(oid), this.source.format, oid);
  }

  /** Null: nothing stands there any more. */
  private async entry(
    current: Entry | undefined,
    step: Plan | PathChange,
  ): Promise<Pick<Entry, 'mode' | 'oid'> | null> {
    if (!(step instanceof Map)) return changedFile(current, step);
    if (current && current.mode !== TREE_MODE) {
      throw invalidField('path', `${current.nameBytes.toString()} is not a directory; nothing can lie below it.`);
    }
    const below = await this.directory(current?.oid ?? null, step);
    if (below.length === 0) return null;
    const tree = newObject(this.source.format, 'tree', formatTree(below));
    this.trees.push(tree);
    return { mode: TREE_MODE, oid: tree.oid };
  }
}

function changedFile(current: Entry | undefined, change: PathChange): Pick<Entry, 'mode' | 'oid'> | null {
  const { path, blob, expectedOid } = change;
  if (current?.mode === TREE_MODE) throw invalidField('path', `${path} is a directory.`, 'invalid');
  if (expectedOid !== undefined && (current?.oid ?? null) !== expectedOid) throw changedMeanwhile(path, expectedOid);
  if (!blob) {
    if (!current) throw new DomainError('not_found', `There is no file ${path}.`);
    return null;
  }
  if (current && !REGULAR.test(current.mode)) {
    const what = current.mode === '120000' ? 'a symbolic link' : 'a submodule';
    throw invalidField('path', `${path} is ${what}, which cannot be edited here.`, 'invalid');
  }
  return { mode: blob.mode ?? (current?.mode === '100755' ? '100755' : '100644'), oid: blob.oid };
}

/** In GitHub's words, which clients look for. */
function changedMeanwhile(path: string, expectedOid: string | null): DomainError {
  const message = expectedOid === null ? `${path} exists already` : `${path} does not match ${expectedOid}`;
  return new DomainError('conflict', message, {
    hint: 'Somebody changed this file meanwhile, and nothing was changed now. Look at it as it is, then try again.',
  });
}
