import { formatLsRefsRequest, parseLsRefsAnswer, type AdvertisedRef } from '@granary/wire';
import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import { isCurrent, takeSignature, type RefSignature } from './ref-signature';

/** The refs of a repository at one moment, hidden ones left out. */
export interface RefSnapshot {
  /** `HEAD` first, the others by name, as git orders them. */
  refs: readonly AdvertisedRef[];
  /** Answers that were made of these refs, by what was asked; see {@link RefSnapshots}. */
  answers: Map<string, Buffer>;
}

export interface RefSnapshotsOptions {
  /** Of git's answers that the snapshots were made of; they themselves take a few times as much. 16 MiB by default. */
  maxBytes?: number;
}

interface Entry {
  current: { snapshot: RefSnapshot; signature: RefSignature } | null;
  /** Has begun: its answer may be older than a caller's question. */
  reading: Promise<RefSnapshot> | null;
  /** Begins when `reading` is done. */
  next: Promise<RefSnapshot> | null;
  sizeBytes: number;
  timer: NodeJS.Timeout | null;
}

/** By then the file system's clock has moved on, as ref-signature.ts wants it. */
const REFRESH_AFTER_MS = 75;
const MAX_BYTES = 16 * 1024 * 1024;
/** What a snapshot costs though its repository has no refs. */
const LEAST_BYTES = 2 * 1024;

/**
 * Knows the refs of the repositories that were asked for lately. A snapshot is git's own answer to `ls-refs`, used for
 * as long as the file system shows no change. So a move is seen by the next question, whether this process, another
 * one or somebody at a shell made it, and nobody has to tell.
 */
export class RefSnapshots {
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly maxBytes: number;
  private sizeBytes = 0;
  readonly counts = { hits: 0, reads: 0 };

  constructor(
    private readonly home: GitHome,
    options: RefSnapshotsOptions = {},
  ) {
    this.maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /**
   * The refs as they are now: every move that was done before the call is in it.
   *
   * @param objectFormat of the repository.
   * @throws GitFailed when git fails, or has more refs to tell than may be kept.
   */
  async get(repositoryPath: string, objectFormat: string): Promise<RefSnapshot> {
    const entry = this.touch(repositoryPath);
    const { current } = entry;
    if (current && (await isCurrent(repositoryPath, current.signature))) {
      this.counts.hits++;
      return current.snapshot;
    }
    const read = () => this.read(entry, repositoryPath, objectFormat);
    if (!entry.reading) return read();
    entry.next ??= entry.reading.then(read, read);
    return entry.next;
  }

  /**
   * Says that refs have just moved: whoever asks next finds the answer there, if somebody asked before. Costs nobody a
   * wait, and may be left out.
   */
  refresh(repositoryPath: string, objectFormat: string): void {
    const entry = this.entries.get(repositoryPath);
    if (!entry?.current || entry.timer) return;
    entry.timer = setTimeout(() => {
      entry.timer = null;
      this.get(repositoryPath, objectFormat).catch(() => undefined);
    }, REFRESH_AFTER_MS).unref();
  }

  private touch(repositoryPath: string): Entry {
    const entry = this.entries.get(repositoryPath) ?? newEntry();
    this.entries.delete(repositoryPath);
    this.entries.set(repositoryPath, entry);
    return entry;
  }

  private read(entry: Entry, repositoryPath: string, objectFormat: string): Promise<RefSnapshot> {
    this.counts.reads++;
    entry.next = null;
    const reading = this.ask(entry, repositoryPath, objectFormat).finally(() => {
      if (entry.reading === reading) entry.reading = null;
    });
    entry.reading = reading;
    return reading;
  }

  private async ask(entry: Entry, repositoryPath: string, objectFormat: string): Promise<RefSnapshot> {
    // Before git looks: what moves meanwhile makes the signature stale, never the snapshot.
    const signature = await takeSignature(repositoryPath);
    const { stdout } = await runGit(this.home, {
      args: ['upload-pack', '--stateless-rpc', '--strict', repositoryPath],
      env: { GIT_PROTOCOL: 'version=2' },
      stdin: formatLsRefsRequest(objectFormat),
      maxOutputBytes: this.maxBytes / 2,
    });
    const snapshot = { refs: parseLsRefsAnswer(stdout), answers: new Map<string, Buffer>() };
    entry.current = { snapshot, signature };
    const sizeBytes = stdout.length + LEAST_BYTES;
    this.sizeBytes += sizeBytes - entry.sizeBytes;
    entry.sizeBytes = sizeBytes;
    this.trim();
    return snapshot;
  }

  private trim(): void {
    for (const [path, entry] of this.entries) {
      if (this.sizeBytes <= this.maxBytes) return;
      if (entry.reading) continue;
      this.entries.delete(path);
      this.sizeBytes -= entry.sizeBytes;
    }
  }
}

function newEntry(): Entry {
  return { current: null, reading: null, next: null, sizeBytes: 0, timer: null };
}
