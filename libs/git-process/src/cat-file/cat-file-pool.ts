import type { GitHome } from '../home/git-home';
import { purgeGeneration } from '../maintenance/purge-marker';
import { BatchProcess } from './batch-process';
import { CatFile } from './cat-file';

export interface CatFilePoolOptions {
  /** At most so many processes at once; callers wait for a free one. 16 by default. */
  maxProcesses?: number;
  /** A process that nobody asked for so long is ended. 30 s by default. */
  idleMs?: number;
}

interface Entry {
  process: BatchProcess;
  /** Of the repository when the process began: it may hold packs open that are gone. */
  generation: number;
  users: number;
  idleTimer: NodeJS.Timeout | null;
}

/** Keeps a `cat-file` process for each repository that was asked for lately; the least lately used makes room. */
export class CatFilePool {
  /** In the order of their last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly waiting: (() => void)[] = [];
  private readonly maxProcesses: number;
  private readonly idleMs: number;
  private isClosed = false;

  constructor(
    private readonly home: GitHome,
    options: CatFilePoolOptions = {},
  ) {
    this.maxProcesses = options.maxProcesses ?? 16;
    this.idleMs = options.idleMs ?? 30_000;
  }

  /** Costs nothing: the process starts with the first question, and is shared by all who open the same repository. */
  open(repositoryPath: string): CatFile {
    return new CatFile(this.home, { use: (work) => this.use(repositoryPath, work) }, { repositoryPath });
  }

  /** Ends the process of a repository that is about to be deleted or moved. */
  async release(repositoryPath: string): Promise<void> {
    const entry = this.entries.get(repositoryPath);
    if (entry) await this.end(repositoryPath, entry);
  }

  /** Ends every process. What is unanswered rejects, and so does every later question. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const wake of this.waiting.splice(0)) wake();
    await Promise.all([...this.entries].map(([path, entry]) => this.end(path, entry)));
  }

  private async use<T>(repositoryPath: string, work: (process: BatchProcess) => Promise<T>): Promise<T> {
    const entry = await this.acquire(repositoryPath);
    try {
      return await work(entry.process);
    } finally {
      entry.users--;
      if (entry.users === 0) this.rest(repositoryPath, entry);
    }
  }

  private async acquire(repositoryPath: string): Promise<Entry> {
    for (;;) {
      if (this.isClosed) throw new Error('the pool of cat-file processes is closed');
      const entry = this.entries.get(repositoryPath);
      const isCurrent = entry?.generation === purgeGeneration(repositoryPath);
      if (entry?.process.isAlive && isCurrent) return this.touch(repositoryPath, entry);
      if (entry) this.retire(repositoryPath, entry);
      if (this.entries.size < this.maxProcesses) return this.touch(repositoryPath, this.start(repositoryPath));
      const idle = [...this.entries].find(([, { users }]) => users === 0);
      if (idle) await this.end(...idle);
      else await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Nobody new is given it; those who have it may finish. */
  private retire(repositoryPath: string, entry: Entry): void {
    this.entries.delete(repositoryPath);
    if (entry.users === 0) void this.end(repositoryPath, entry);
  }

  private start(repositoryPath: string): Entry {
    const generation = purgeGeneration(repositoryPath);
    return { process: new BatchProcess(this.home, { repositoryPath }), generation, users: 0, idleTimer: null };
  }

  private touch(repositoryPath: string, entry: Entry): Entry {
    if (entry.idleTimer) clearTimeout(entry.idleTimer);
    entry.idleTimer = null;
    entry.users++;
    this.entries.delete(repositoryPath);
    this.entries.set(repositoryPath, entry);
    return entry;
  }

  private rest(repositoryPath: string, entry: Entry): void {
    entry.idleTimer = setTimeout(() => void this.end(repositoryPath, entry), this.idleMs);
    entry.idleTimer.unref();
    this.waiting.shift()?.();
  }

  private async end(repositoryPath: string, entry: Entry): Promise<void> {
    if (entry.idleTimer) clearTimeout(entry.idleTimer);
    if (this.entries.get(repositoryPath) === entry) this.entries.delete(repositoryPath);
    await entry.process.close();
  }
}
