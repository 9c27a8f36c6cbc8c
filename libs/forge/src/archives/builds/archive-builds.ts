import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FairSemaphore,
  KeyedFairSemaphore,
  removeAbandoned,
  showLife,
  type Claimant,
  type GrowingFileRoom,
} from '@granary/git-process';
import { DomainError } from '@granary/kernel';
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

const SWEEP_MS = 60_000;
/** Of the disk's space, what is left to others. */
const SPARE_SHARE = 0.05;
const QUEUE_FACTOR = 2;
const MAX_WAIT_MS = 10_000;

/** The archives that this process is making. */
export class ArchiveBuilds {
  private readonly running = new Map<string, ArchiveBuild>();
  private readonly all = new Set<ArchiveBuild>();
  private readonly byRepository: KeyedFairSemaphore;
  private readonly overall: FairSemaphore;
  private directory: Promise<string> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private takenBytes = 0;
  private spareBytes = 0;
  private serial = 0;
  private isClosed = false;
  private readonly room: GrowingFileRoom = {
    take: (fileBytes, moreBytes) => this.take(fileBytes, moreBytes),
    giveBack: (sizeBytes) => void (this.takenBytes -= sizeBytes),
  };

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
    return sizeBytes <= Math.min(this.options.maxBytes / 2, this.spareBytes);
  }

  /** Begins to make an archive. The caller must read it at once: a build that nobody reads ends. */
  async begin(key: string, turn: Turn, work: Pick<ArchiveBuildOptions, 'start' | 'keep'>): Promise<ArchiveBuild> {
    if (this.isClosed) throw shuttingDown();
    // Without a place for files archives are made all the same, at the speed of their readers.
    const directory = await (this.directory ??= this.openDirectory()).catch(() => this.options.directory);
    // Its end may have come during the wait, too.
    if (this.isClosed) throw shuttingDown();
    // Somebody may have begun it during the wait.
    const other = this.find(key);
    if (other) return other;
    const build: ArchiveBuild = new ArchiveBuild({
      ...work,
      path: join(directory, String(++this.serial)),
      room: this.room,
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
    const directory = await this.directory?.catch(() => null);
    if (this.timer) clearInterval(this.timer);
    for (const build of this.all) build.stop(shuttingDown());
    await Promise.all([...this.all].map(({ settled }) => settled));
    if (directory) await rm(directory, { recursive: true, force: true });
  }

  private take(fileBytes: number, moreBytes: number): boolean {
    const { maxBytes } = this.options;
    const isOver = fileBytes + moreBytes > maxBytes / 2 || this.takenBytes + moreBytes > maxBytes;
    if (isOver || moreBytes > this.spareBytes) return false;
    this.takenBytes += moreBytes;
    this.spareBytes -= moreBytes;
    return true;
  }

  private async openDirectory(): Promise<string> {
    await mkdir(this.options.directory, { recursive: true, mode: 0o700 });
    const directory = await mkdtemp(join(this.options.directory, 'process-'));
    await this.sweep(directory);
    this.timer = setInterval(() => void this.sweep(directory).catch(() => undefined), SWEEP_MS).unref();
    return directory;
  }

  private async sweep(directory: string): Promise<void> {
    const { bavail, blocks, bsize } = await statfs(directory);
    this.spareBytes = Math.max(0, (bavail - blocks * SPARE_SHARE) * bsize);
    await showLife(directory);
    await removeAbandoned(this.options.directory);
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
