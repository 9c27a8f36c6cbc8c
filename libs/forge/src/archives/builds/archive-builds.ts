import { join } from 'node:path';
import { FairSemaphore, KeyedFairSemaphore, type Claimant } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { SpoolRoom, type GrowingFileRoom } from '@granary/spool';
import { ArchiveBuild, type ArchiveBuildOptions } from './archive-build';

export interface ArchiveBuildsOptions {
  /** Of archives alone; processes that share it each have a directory of their own below it. */
  directory: string;
  /** What the files of all builds may take together; one may take half of it. 0: none. */
  maxBytes: number;
  maxMinutes: number;
  perRepository: number;
  overall: number;
}

/** Whose turn it is, and where. */
export interface Turn {
  repositoryId: number;
  claimant: Claimant;
}

const NO_ROOM: GrowingFileRoom = { take: () => false, giveBack: () => undefined };
const QUEUE_FACTOR = 2;
const MAX_WAIT_MS = 10_000;

/** The archives that this process is making. */
export class ArchiveBuilds {
  private readonly running = new Map<string, ArchiveBuild>();
  private readonly all = new Set<ArchiveBuild>();
  private readonly byRepository: KeyedFairSemaphore;
  private readonly overall: FairSemaphore;
  private room: Promise<SpoolRoom | null> | null = null;
  private opened: SpoolRoom | null = null;
  private isClosed = false;

  constructor(private readonly options: ArchiveBuildsOptions) {
    const bounded = (permits: number) => ({
      permits,
      maxQueued: QUEUE_FACTOR * permits,
      maxWaitMs: MAX_WAIT_MS,
      refusal: tooMany,
    });
    this.byRepository = new KeyedFairSemaphore(bounded(options.perRepository));
    this.overall = new FairSemaphore(bounded(options.overall));
  }

  /** The build of `key` that is under way or just done, if a newcomer can read it whole. */
  find(key: string): ArchiveBuild | null {
    const build = this.running.get(key);
    return build?.isJoinable ? build : null;
  }

  /** Whether a file could hold an archive of so many bytes. */
  fits(sizeBytes: number): boolean {
    return this.opened?.fits(sizeBytes) ?? false;
  }

  /** Begins to make an archive. The caller must read it at once: a build that nobody reads ends. */
  async begin(key: string, turn: Turn, work: Pick<ArchiveBuildOptions, 'start' | 'keep'>): Promise<ArchiveBuild> {
    if (this.isClosed) throw shuttingDown();
    // Without a place for files archives are made all the same, at the speed of their readers.
    const room = await (this.room ??= this.openRoom());
    // Its end may have come during the wait, too.
    if (this.isClosed) throw shuttingDown();
    // Somebody may have begun it during the wait.
    const other = this.find(key);
    if (other) return other;
    const build: ArchiveBuild = new ArchiveBuild({
      ...work,
      path: room?.newPath() ?? join(this.options.directory, 'none'),
      room: room ?? NO_ROOM,
      maxMs: this.options.maxMinutes * 60_000,
      inTurn: (run, signal) => this.inTurn({ ...turn, signal }, run),
      onSettled: () => this.running.get(key) === build && this.running.delete(key),
    });
    this.running.set(key, build);
    this.all.add(build);
    void build.settled.then(() => this.all.delete(build));
    return build;
  }

  /** Runs `work` in its turn. @throws DomainError `rate_limited` with `retryAfterSeconds`. */
  inTurn<T>({ repositoryId, claimant, signal }: Turn & { signal: AbortSignal }, work: () => Promise<T>): Promise<T> {
    const overall = () => this.overall.run(claimant, work, signal);
    return this.byRepository.run(String(repositoryId), claimant, overall, signal);
  }

  /** Ends every build and removes every file. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.byRepository.close();
    this.overall.close();
    const room = await this.room;
    for (const build of this.all) build.stop(shuttingDown());
    await Promise.all([...this.all].map(({ settled }) => settled));
    await room?.close();
  }

  private async openRoom(): Promise<SpoolRoom | null> {
    const { directory, maxBytes } = this.options;
    this.opened = await SpoolRoom.open({ directory, maxBytes }).catch(() => null);
    return this.opened;
  }
}

function tooMany(retryAfterSeconds: number): DomainError {
  return new DomainError('rate_limited', 'Too many archives are being made at this moment.', {
    hint: `Try again in ${retryAfterSeconds} seconds.`,
    retryAfterSeconds,
  });
}

function shuttingDown(): DomainError {
  return new DomainError('unavailable', 'The hub is shutting down.', { retryAfterSeconds: 10 });
}
