import { formatBytes } from '@granary/kernel';
import { isZeroOid, parseCommit, parseTag, type CommitObject } from '@granary/wire';
import { JUDGED_SIZE, type Inspection } from './inspection';
import { Recent } from './recent';
import type { ObjectReader } from './object-reader';
import type { PathCounter } from './path-counter';
import { Slots } from './slots';
import { Unacceptable } from './unacceptable';
import { walkChanges } from './tree-changes';

const MAX_COMMITS_AT_ONCE = 32;
/** Fewer, where the trees of the push are large. */
const TREE_BYTES_AT_ONCE = 64 * 1024 ** 2;
/** Linux' largest merge has 66 parents; nobody needs more. */
const MAX_PARENTS = 100;
/** So many paths are looked at in one push: a few trees can name the same files in a million places. */
const MAX_CHANGES = 5_000_000;
/** Then everybody else has their turn. */
const CHANGES_A_TURN = 256;
const MAX_BASES_REMEMBERED = 100_000;
const MAX_TAG_CHAIN = 10;

const WALKED = 4;

/** Walks over every commit that a push brings, whether or not a ref reaches it: what is stored can be fetched by its id. */
export class PushWalk {
  /**
   * Commits of the repository that the refs' new ones stand on, the first 100,000. What a pack holds beside them says
   * nothing of the refs: a forced push could bring a commit along that stands on the old one.
   */
  readonly bases = new Set<string>();
  /** What refs shall point at, directly or by a tag, and the push does not bring. */
  readonly known = new Set<string>();
  private readonly roots = new Recent<string>(10_000);
  private slots = new Slots(1);
  private changes = 0;

  constructor(
    private readonly reader: ObjectReader,
    private readonly inspection: Inspection,
    private readonly paths: PathCounter,
  ) {}

  /**
   * @param tips what the refs shall point at.
   * @param others what refs shall not point at that were asked for: it comes with the rest, and names no LFS objects.
   * @throws Unacceptable
   */
  async run(tips: readonly string[], others: readonly string[] = []): Promise<void> {
    const { index } = this.reader;
    const fitting = Math.floor(TREE_BYTES_AT_ONCE / Math.max(1, index.largestTreeBytes));
    this.slots = new Slots(Math.min(MAX_COMMITS_AT_ONCE, Math.max(1, fitting)));
    for (const tip of tips) await this.from(tip);
    if (others.length > 0) {
      await this.slots.settle();
      await this.inspection.settle();
      this.inspection.isDemanding = false;
    }
    for (const tip of others) await this.from(tip);
    for (let place = 0; place < index.length; place++) {
      if (index.type(place) === 'commit') await this.history(index.oid(place), () => undefined);
    }
    await this.slots.settle();
    await this.inspection.settle();
  }

  /** Files over the limit that stand in no commit: deltas' bases, which the repository has, and what is smuggled. */
  *unmetLargeBlobs(): Generator<string> {
    const { index } = this.reader;
    for (let place = 0; place < index.length; place++) {
      const isLarge =
        index.type(place) === 'blob' && index.sizeBytes(place) > this.inspection.rules.max_file_size_bytes;
      if (isLarge && !index.isMarked(place, JUDGED_SIZE)) yield index.oid(place);
    }
  }

  noteLargeBlob(oid: string): void {
    const sizeBytes = this.reader.index.sizeBytes(this.reader.index.find(oid));
    this.inspection.tooLarge.add(`blob ${oid} (${formatBytes(sizeBytes)})`);
  }

  private async from(tip: string): Promise<void> {
    if (isZeroOid(tip)) return;
    let oid = tip;
    for (let depth = 0; depth < MAX_TAG_CHAIN; depth++) {
      const place = this.reader.index.find(oid);
      if (place < 0) {
        this.known.add(oid);
        return;
      }
      const type = this.reader.index.type(place);
      if (type === 'commit') return this.history(oid, (base) => this.noteBase(base));
      if (type === 'tree') return this.tree(`tree ${oid}`, { tree: oid, bases: [] });
      // Nobody reads it here: it may name an object of LFS as any other.
      if (type === 'blob') this.inspection.reusesContent = true;
      if (type === 'blob') return;
      const tag = parseTag(await this.reader.commitOrTag(oid));
      if (tag.kind === 'malformed') throw new Unacceptable(`The tag ${oid} cannot be read: ${tag.reason}.`);
      oid = tag.object;
    }
    throw new Unacceptable(`The tag ${tip} names a tag that names a tag, and so on, more than ${MAX_TAG_CHAIN} times.`);
  }

  /**
   * Objects of the repository through which the refs will reach the rest; `null` when they are more than these, or
   * nobody has looked.
   */
  boundary(): ReadonlySet<string> | null {
    const isWhole = this.bases.size < MAX_BASES_REMEMBERED && !this.inspection.reusesContent;
    return isWhole ? new Set([...this.bases, ...this.known]) : null;
  }

  private noteBase(oid: string): void {
    if (this.bases.size < MAX_BASES_REMEMBERED) this.bases.add(oid);
  }

  private async history(start: string, onBase: (oid: string) => void): Promise<void> {
    const { index } = this.reader;
    const waiting = [start];
    for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
      const place = index.find(oid);
      if (place < 0) onBase(oid);
      if (place < 0 || index.mark(place, WALKED)) continue;
      const [id, commit] = [oid, await this.readCommit(oid)];
      waiting.push(...commit.parents.toReversed());
      await this.slots.start(() => this.commit(id, commit));
    }
  }

  private async commit(oid: string, commit: CommitObject): Promise<void> {
    this.inspection.commit(oid, commit);
    const bases = await Promise.all(commit.parents.map((parent) => this.rootOf(parent)));
    await this.tree(`Commit ${oid.slice(0, 12)}`, { tree: commit.tree, bases });
  }

  private async tree(what: string, trees: { tree: string; bases: readonly string[] }): Promise<void> {
    // First, because it bounds what the walk can meet.
    const paths = await this.paths.count(trees.tree, this.reader);
    const most = this.inspection.rules.max_tree_paths;
    if (paths > most)
      throw new Unacceptable(`${what} lists ${paths} files and directories; at most ${most} are accepted.`);
    await walkChanges(this.reader, {
      ...trees,
      withDeletions: this.inspection.needsDeletions,
      visit: async (change) => {
        if (++this.changes > MAX_CHANGES) {
          throw new Unacceptable(
            `This push changes more than ${MAX_CHANGES} paths. Push older commits first, in parts.`,
          );
        }
        if (this.changes % CHANGES_A_TURN === 0) await new Promise(setImmediate);
        await this.inspection.change(change, trees.tree);
      },
    });
  }

  private async rootOf(commit: string): Promise<string> {
    return this.roots.get(commit) ?? (await this.readCommit(commit)).tree;
  }

  private async readCommit(oid: string): Promise<CommitObject> {
    const commit = parseCommit(await this.reader.commitOrTag(oid));
    if (commit.kind === 'malformed') throw new Unacceptable(`Commit ${oid} cannot be read: ${commit.reason}.`);
    if (commit.parents.length > MAX_PARENTS)
      throw new Unacceptable(`Commit ${oid} has more than ${MAX_PARENTS} parents.`);
    this.roots.set(oid, commit.tree);
    return commit;
  }
}
