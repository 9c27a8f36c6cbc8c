import type { GitHome } from '../home/git-home';
import { SpoolRoom, type GrowingFileRoom } from '@granary/spool';
import { PackEntry, type PackCursor } from './pack-entry';
import { purgeGeneration } from '../maintenance/purge-marker';
import { packKey, type PackRequest } from './pack-request';

export interface PackCacheOptions {
  /** Of the cache alone; processes that share it each keep their packs in a directory of their own below it. */
  directory: string;
  /** What all packs may take together; one pack may take half of it. */
  maxBytes: number;
  /** A pack that nobody asked for so long is removed: objects that were deleted must not live on here. An hour by default. */
  maxIdleMs?: number;
}

export interface PackCacheStats {
  /** Requests whose pack was there. */
  hits: number;
  /** Requests whose pack was being computed for somebody else. */
  joins: number;
  /** Requests whose pack was computed. */
  misses: number;
  packs: number;
  sizeBytes: number;
}

interface Kept {
  entry: PackEntry;
  usedAtMs: number;
  repositoryPath: string;
  /** {@link purgeGeneration} of the repository when its computation began. */
  generation: number;
}

const MAX_IDLE_MS = 3600_000;
const MAX_PACKS = 4096;
/** Old packs make room before new ones need it. */
const TRIM_SHARE = 0.75;

/**
 * The packs of clones and fetches, so that equal ones are computed once. Who may read the repository is decided before
 * upload-pack starts; a key names its repository, so that no pack crosses from one to another.
 */
export class PackCache {
  /** In the order of their last use. */
  private readonly kept = new Map<string, Kept>();
  private readonly entries = new Set<PackEntry>();
  private readonly counts = { hits: 0, joins: 0, misses: 0 };
  /** The room, where the least lately used goes before what is new finds no place. */
  private readonly trimmedRoom: GrowingFileRoom = {
    take: (fileBytes, moreBytes) => {
      if (this.room.takenBytes + moreBytes > this.options.maxBytes * TRIM_SHARE) this.trim();
      return this.room.take(fileBytes, moreBytes);
    },
    giveBack: (sizeBytes) => this.room.giveBack(sizeBytes),
  };
  private isClosed = false;

  private constructor(
    private readonly home: GitHome,
    private readonly options: PackCacheOptions,
    private readonly room: SpoolRoom,
  ) {
    room.onSweep = (isFull) => this.sweep(isFull);
  }

  static async open(home: GitHome, options: PackCacheOptions): Promise<PackCache> {
    return new PackCache(home, options, await SpoolRoom.open(options));
  }

  /** A reader of the pack that answers `request`, which is computed where it is neither there nor on its way. */
  join(repositoryPath: string, request: PackRequest): PackCursor {
    if (this.isClosed) throw new Error('the pack cache is closed');
    const generation = purgeGeneration(repositoryPath);
    const key = keyOf(repositoryPath, request, generation);
    const found = this.kept.get(key)?.entry;
    const entry = found?.isJoinable ? found : this.compute(repositoryPath, request);
    if (entry !== found) this.counts.misses++;
    else if (entry.isComplete) this.counts.hits++;
    else this.counts.joins++;
    this.kept.delete(key);
    this.kept.set(key, { entry, usedAtMs: Date.now(), repositoryPath, generation });
    return entry.join();
  }

  /** Whether {@link join} would start no git. */
  has(repositoryPath: string, request: PackRequest): boolean {
    const key = keyOf(repositoryPath, request, purgeGeneration(repositoryPath));
    return this.kept.get(key)?.entry.isJoinable ?? false;
  }

  /** Removes every pack that nobody reads: on a full disk, what can be computed again is the first to go. */
  async giveWay(): Promise<void> {
    for (const [key, { entry }] of this.kept) if (!entry.isInUse) this.kept.delete(key);
    await Promise.all([...this.entries].filter(({ isInUse }) => !isInUse).map((entry) => this.drop(entry)));
  }

  stats(): PackCacheStats {
    return { ...this.counts, packs: this.kept.size, sizeBytes: this.room.takenBytes };
  }

  /** Ends every computation and removes every pack. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.kept.clear();
    await Promise.all([...this.entries].map((entry) => entry.discard()));
    await this.room.close();
  }

  private compute(repositoryPath: string, request: PackRequest): PackEntry {
    const path = this.room.newPath('.pack');
    const room = this.trimmedRoom;
    const entry = new PackEntry(this.home, { repositoryPath, request, path, room, onIdle: () => this.trim() });
    this.entries.add(entry);
    return entry;
  }

  /** Removes what nobody reads and nobody can join, then the least lately used until the rest is within its bounds. */
  private trim(): void {
    const oldestMs = Date.now() - (this.options.maxIdleMs ?? MAX_IDLE_MS);
    let [sizeBytes, packs] = [this.room.takenBytes, this.kept.size];
    for (const [key, { entry, usedAtMs, repositoryPath, generation }] of this.kept) {
      if (entry.isInUse) continue;
      const isOld = usedAtMs < oldestMs || generation !== purgeGeneration(repositoryPath);
      const isWanted = entry.isComplete && entry.isJoinable && !isOld;
      if (isWanted && sizeBytes <= this.options.maxBytes * TRIM_SHARE && packs <= MAX_PACKS) continue;
      this.kept.delete(key);
      sizeBytes -= entry.storedBytes;
      packs--;
    }
    const reachable = new Set([...this.kept.values()].map(({ entry }) => entry));
    for (const entry of this.entries) {
      if (entry.isInUse) continue;
      if (reachable.has(entry)) void entry.rest();
      else void this.drop(entry);
    }
  }

  private async drop(entry: PackEntry): Promise<void> {
    if (!this.entries.delete(entry)) return;
    entry.stop();
    this.room.giveBack(entry.storedBytes);
    await entry.discard();
  }

  private async sweep(isDiskFull: boolean): Promise<void> {
    if (isDiskFull) await this.giveWay();
    this.trim();
  }
}

/** What was purged from the repository lives on in no pack that anybody gets. */
function keyOf(repositoryPath: string, request: PackRequest, generation: number): string {
  return `${generation} ${packKey(repositoryPath, request)}`;
}
