import { TreeCursor } from '@granary/wire';
import { Recent } from './recent';
import type { ObjectReader } from './object-reader';
import { Unacceptable } from './unacceptable';

/** About 15 MB; more than the trees of the largest work trees known. */
const MEMORY = 200_000;
/** Far below what the names of a path of 4096 bytes could hold. */
const MAX_DEPTH = 1_000;
const READ_AHEAD = 64;

/**
 * Counts the files and directories that a tree lists, all levels. A few trees that name each other can list billions
 * of paths, so each is counted once: an id stands for its content for ever, in every repository.
 */
export class PathCounter {
  private readonly known = new Recent<number>(MEMORY);

  /** @throws Unacceptable when they are nested too deep. */
  async count(tree: string, reader: ObjectReader, depth = 0): Promise<number> {
    const known = this.known.get(tree);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw new Unacceptable(`A tree is nested more than ${MAX_DEPTH} directories deep.`);
    const { unknown, ...own } = await this.entriesOf(tree, reader);
    let { count } = own;
    for (let from = 0; from < unknown.length; from += READ_AHEAD) {
      const some = unknown.slice(from, from + READ_AHEAD);
      if (some.length > 1) await reader.readAhead(some);
      for (const oid of some) count += await this.count(oid, reader, depth + 1);
    }
    this.known.set(tree, count);
    return count;
  }

  /** The entries, with those below them as far as they are known, and the directories that are not. */
  private async entriesOf(tree: string, reader: ObjectReader): Promise<{ count: number; unknown: string[] }> {
    const content = await reader.tree(tree);
    let count = 0;
    const unknown: string[] = [];
    for (const at = new TreeCursor(content, tree.length / 2); !at.atEnd; at.advance()) {
      const turn = reader.noteEntry();
      if (turn) await turn;
      count++;
      if (!at.isTree) continue;
      const below = this.known.get(at.oid);
      if (below === undefined) unknown.push(at.oid);
      else count += below;
    }
    return { count, unknown };
  }
}
