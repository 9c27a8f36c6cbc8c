import { TreeCursor } from '@granary/wire';
import type { ObjectReader } from './object-reader';

/** A path whose entry is in none of the trees that the new one was made from. */
export interface ChangedPath {
  path: string;
  /** As in a tree: 0o100644, 0o120000 (symlink), 0o160000 (submodule). 0 for a deleted path. */
  mode: number;
  /** Null: deleted. */
  oid: string | null;
}

export interface WalkChangesOptions {
  tree: string;
  /** The trees that it was made from; none for a first commit. */
  bases: readonly string[];
  /** Whether deleted paths are visited, too. */
  withDeletions: boolean;
  /** Is awaited, which is how it slows the walk down. */
  visit: (change: ChangedPath) => void | Promise<void>;
}

interface Directory {
  /** Empty, or with a slash at its end. */
  path: string;
  tree: string | null;
  bases: readonly (string | null)[];
}

/**
 * Walks over what a tree changes against each of its bases, as `git diff-tree -r --no-renames` does: a path counts
 * when it differs from all of them, so that a merge is asked only for what it brings itself, and a rename is a deletion
 * and an addition. Directories that are the same in one base are not read.
 */
export async function walkChanges(reader: ObjectReader, options: WalkChangesOptions): Promise<void> {
  await walkDirectory(reader, options, { path: '', tree: options.tree, bases: options.bases });
}

// Depth first, with nothing kept of the directories that are done: a tree can list a million of them.
async function walkDirectory(reader: ObjectReader, options: WalkChangesOptions, directory: Directory): Promise<void> {
  const { path, tree, bases } = directory;
  if (tree !== null && bases.includes(tree)) return;
  const oids = [tree, ...bases];
  const { contents, close } = await reader.open(oids);
  try {
    const oidBytes = (oids.find((oid) => oid !== null)?.length ?? 0) / 2;
    await compare(reader, options, { path, cursors: contents.map((content) => new TreeCursor(content, oidBytes)) });
  } finally {
    close();
  }
}

/** @param directory its cursors: the new tree's first, then the bases'. */
async function compare(
  reader: ObjectReader,
  options: WalkChangesOptions,
  { path, cursors }: { path: string; cursors: readonly TreeCursor[] },
): Promise<void> {
  const [own, ...others] = cursors as [TreeCursor, ...TreeCursor[]];
  for (let first = least(cursors); first; first = least(cursors)) {
    const turn = reader.noteEntry();
    if (turn) await turn;
    const lead = first;
    const here = cursors.filter((cursor) => !cursor.atEnd && cursor.compare(lead) === 0);
    if (isChange(own, here, others) && (here.includes(own) || options.withDeletions)) {
      const oid = here.includes(own) ? own.oid : null;
      const changed = path + lead.name;
      if (lead.isTree) {
        const below = others.map((other) => (here.includes(other) ? other.oid : null));
        await walkDirectory(reader, options, { path: `${changed}/`, tree: oid, bases: below });
      } else {
        const visited = options.visit({ path: changed, mode: oid === null ? 0 : own.mode, oid });
        if (visited) await visited;
      }
    }
    for (const cursor of here) cursor.advance();
  }
}

/** `here`: the trees that have the entry, one of `own` and `others` at least. */
function isChange(own: TreeCursor, here: readonly TreeCursor[], others: readonly TreeCursor[]): boolean {
  if (!here.includes(own)) return here.length === others.length;
  return !here.some((other) => other !== own && other.hasSameContent(own));
}

/** The cursor whose entry comes first. */
function least(cursors: readonly TreeCursor[]): TreeCursor | null {
  let first: TreeCursor | null = null;
  for (const cursor of cursors) {
    if (!cursor.atEnd && (first === null || cursor.compare(first) < 0)) first = cursor;
  }
  return first;
}
