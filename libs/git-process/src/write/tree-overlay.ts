import { invalidField } from '@granary/kernel';
import { newObject, type NewObject } from './new-object';
import type { EditedTree, TreeSource } from './tree-edit';
import { formatTree, readEntries, TREE_MODE, type Entry } from './tree-entries';

/** What shall stand at a path, whatever stood there; null where nothing shall. */
export interface Overlay {
  path: string;
  entry: Pick<Entry, 'mode' | 'oid'> | null;
}

type Plan = Map<string, Plan | Overlay>;

/**
 * A tree with some entries in the place of others: files, links, submodules and whole directories, as git's index would
 * take them. Only the directories on the way to an entry are read. A directory that becomes empty goes.
 *
 * @param baseOid null stands for an empty tree.
 * @throws DomainError `invalid` where two entries contradict each other, or one takes away what is not there.
 */
export async function overlayTree(
  source: TreeSource,
  baseOid: string | null,
  overlays: readonly Overlay[],
): Promise<EditedTree> {
  const trees: NewObject[] = [];
  const directory = async (oid: string | null, plan: Plan): Promise<Entry[]> => {
    const entries = oid === null ? new Map() : readEntries(await source.read(oid), source.format, oid);
    for (const [name, step] of plan) {
      const nameBytes = Buffer.from(name);
      const key = nameBytes.toString('latin1');
      const entry = step instanceof Map ? await below(entries.get(key), step) : replaced(entries.get(key), step);
      if (entry) entries.set(key, { ...entry, nameBytes });
      else entries.delete(key);
    }
    return [...entries.values()];
  };
  const below = async (current: Entry | undefined, plan: Plan) => {
    const entries = await directory(current?.mode === TREE_MODE ? current.oid : null, plan);
    if (entries.length === 0) return null;
    const tree = newObject(source.format, 'tree', formatTree(entries));
    trees.push(tree);
    return { mode: TREE_MODE, oid: tree.oid };
  };
  const root = newObject(source.format, 'tree', formatTree(await directory(baseOid, nest(overlays))));
  return { rootOid: root.oid, trees: [...trees, root] };
}

function replaced(current: Entry | undefined, { path, entry }: Overlay): Overlay['entry'] {
  if (entry === null && !current) throw invalidField('tree', `${path} is not in the base tree.`, 'invalid');
  return entry;
}

function nest(overlays: readonly Overlay[]): Plan {
  const root: Plan = new Map();
  for (const overlay of overlays) {
    const names = overlay.path.split('/');
    const last = names.pop() ?? '';
    let plan = root;
    for (const name of names) {
      const next: Plan | Overlay = plan.get(name) ?? new Map<string, Plan | Overlay>();
      if (!(next instanceof Map)) throw twice(overlay.path);
      plan.set(name, next);
      plan = next;
    }
    if (plan.has(last)) throw twice(overlay.path);
    plan.set(last, overlay);
  }
  return root;
}

const twice = (path: string) => invalidField('tree', `${path} is named twice, or lies below another entry.`, 'invalid');
