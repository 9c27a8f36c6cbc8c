import { Recent } from './recent';
import type { ObjectIndex } from './object-index';
import type { ObjectSource } from './small-push';
import { Unacceptable } from './unacceptable';

/** A tree of a million entries has about this size; a larger one is refused. */
const MAX_TREE_BYTES = 64 * 1024 ** 2;
/** Of all trees that are walked over at one moment. */
const MAX_OPEN_TREE_BYTES = 256 * 1024 ** 2;
/** Larger trees are read when their turn comes, and not ahead of it. */
const READ_AHEAD_BYTES = 256 * 1024;
const MAX_COMMIT_BYTES = 16 * 1024 ** 2;
const TREE_CACHE_BYTES = 32 * 1024 ** 2;
/** Much of a walk needs no I/O: now and then everybody else must have their turn. */
const READS_A_TURN = 256;
const ENTRIES_A_TURN = 16_384;

const OPENED_AT_ONCE = 4;

export interface OpenTrees {
  contents: Buffer[];
  close(): void;
}

/** Reads what a push brings and what it stands on. */
export class ObjectReader {
  private readonly trees = new Recent<Buffer>(TREE_CACHE_BYTES);
  private reads = 0;
  private openBytes = 0;
  private entries = 0;

  constructor(
    private readonly objects: ObjectSource,
    readonly index: ObjectIndex,
  ) {}

  /** @throws Unacceptable when it is absurdly large. */
  async tree(oid: string): Promise<Buffer> {
    if (++this.reads % READS_A_TURN === 0) await new Promise(setImmediate);
    const cached = this.trees.get(oid);
    if (cached) return cached;
    const data = await this.whole(oid, MAX_TREE_BYTES, 'tree');
    this.trees.set(oid, data, data.length + 200);
    return data;
  }

  /** To be called for each entry that is looked at. @returns what to wait for, where it is time. */
  noteEntry(): Promise<void> | null {
    return ++this.entries % ENTRIES_A_TURN === 0 ? new Promise(setImmediate) : null;
  }

  /** Trees that stay in memory until they are closed. @throws Unacceptable when all that are open are too large. */
  async open(oids: readonly (string | null)[]): Promise<OpenTrees> {
    const contents: Buffer[] = [];
    let bytes = 0;
    const close = () => {
      this.openBytes -= bytes;
      bytes = 0;
    };
    try {
      // A merge has two or three; what has a hundred large ones shall not be read before it is refused.
      for (let from = 0; from < oids.length; from += OPENED_AT_ONCE) {
        const some = oids
          .slice(from, from + OPENED_AT_ONCE)
          .map((oid) => (oid === null ? Buffer.alloc(0) : this.tree(oid)));
        contents.push(...(await Promise.all(some)));
        const added = contents.slice(from).reduce((sum, content) => sum + content.length, 0);
        bytes += added;
        this.openBytes += added;
        if (this.openBytes > MAX_OPEN_TREE_BYTES) {
          throw new Unacceptable(
            'Directories of this push have too many entries. Spread their files over more directories.',
          );
        }
      }
    } catch (error) {
      close();
      throw error;
    }
    return { contents, close };
  }

  /** Fetches small trees that will be asked for next: at once, they cost one way to git and back. */
  async readAhead(oids: readonly string[]): Promise<void> {
    await Promise.all(
      oids.map(async (oid) => {
        const sizeBytes = (await this.info(oid))?.sizeBytes ?? Infinity;
        if (sizeBytes <= READ_AHEAD_BYTES) await this.tree(oid);
      }),
    );
  }

  commitOrTag(oid: string): Promise<Buffer> {
    return this.whole(oid, MAX_COMMIT_BYTES, 'commit or tag');
  }

  /** Of an object that the push brings, or the repository has. Null when it has neither. */
  async info(oid: string): Promise<{ type: string; sizeBytes: number } | null> {
    const place = this.index.find(oid);
    if (place < 0) return this.objects.info(oid);
    return { type: this.index.type(place), sizeBytes: this.index.sizeBytes(place) };
  }

  /** The tree of what `name` (an id or a full ref name) finally points at; null when that is none. */
  async rootOf(name: string): Promise<string | null> {
    return (await this.objects.info(`${name}^{tree}`))?.oid ?? null;
  }

  /** A blob whose size was looked at before. */
  async blob(oid: string, sizeBytes: number): Promise<Buffer> {
    return (await this.objects.contents(oid, { maxBytes: sizeBytes, sizeBytes }))?.data ?? Buffer.alloc(0);
  }

  private async whole(oid: string, maxBytes: number, what: string): Promise<Buffer> {
    const place = this.index.find(oid);
    const sizeBytes = place < 0 ? (await this.objects.info(oid))?.sizeBytes : this.index.sizeBytes(place);
    if (sizeBytes === undefined) throw new Unacceptable(`The ${what} ${oid} is named, but nobody has it.`);
    if (sizeBytes > maxBytes) throw new Unacceptable(`The ${what} ${oid} has ${sizeBytes} bytes, which is too much.`);
    return this.blob(oid, sizeBytes);
  }
}
