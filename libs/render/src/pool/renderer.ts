import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { HIGHLIGHT_LIMIT_CHARACTERS } from '../code/code-lines';
import { plainRendering } from '../code/plain-rendering';
import type { Reduction, RenderJob, Rendering } from '../rendering';
import { KnownHeavy } from './known-heavy';
import type { ThreadTask } from './render-worker';
import { NotInTime, runOnThread } from './run-on-thread';

export interface RendererOptions {
  /** For a job on its thread. */
  deadlineMs?: number;
  threads?: number;
  /** Jobs that may wait for a thread. */
  maxQueue?: number;
  /** Hears of texts that cannot be rendered: that is a defect of the renderer. */
  onFailure?(error: unknown): void;
  /** The threads' program, and what Node needs to load it; what is built unless a test has its own. */
  program?: { filename: string; execArgv?: string[] };
}

const DEADLINE_MS = 2_000;
const MAX_QUEUE = 32;
const MAX_THREADS = 4;
/** A thread goes when nobody has wanted it for so long. */
const IDLE_MS = 5 * 60_000;
/** For a thread, which may have to start first: two hundred languages take a while to load on a busy machine. */
const WAIT_MS = 15_000;
const MEMORY_MIB = 256;

/**
 * Colours code and renders Markdown on threads of their own, within a time and a size: what a text costs is its author's
 * choice, and the thread that calls serves everybody. What does not come in time is plain text, and says so.
 */
export class Renderer {
  readonly counts: Record<'rendered' | Reduction, number> = {
    rendered: 0,
    large_file: 0,
    too_slow: 0,
    too_large: 0,
    busy: 0,
    failed: 0,
  };
  private readonly heavy = new KnownHeavy();
  private pool: Piscina<ThreadTask, Rendering> | null = null;
  private isClosed = false;

  constructor(private readonly options: RendererOptions = {}) {}

  async render(job: RenderJob, signal?: AbortSignal): Promise<Rendering> {
    const rendering = await this.attempt(job, signal);
    this.counts[rendering.reduction ?? 'rendered']++;
    return rendering;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.pool?.destroy();
  }

  private async attempt(job: RenderJob, signal?: AbortSignal): Promise<Rendering> {
    const { text } = job;
    if (job.kind === 'code' && text.length > HIGHLIGHT_LIMIT_CHARACTERS) return plainRendering(text, 'large_file');
    const key = keyOf(job);
    const known = this.heavy.get(key);
    if (known) return plainRendering(text, known);
    try {
      const rendering = await this.onThread(job, signal);
      if (rendering.reduction) this.heavy.add(key, rendering.reduction);
      return rendering;
    } catch (error) {
      signal?.throwIfAborted();
      const reduction = reductionOf(error);
      if (reduction === 'failed') this.options.onFailure?.(error);
      // A job that waited for others may be quick when it is alone.
      if (reduction !== 'busy') this.heavy.add(key, reduction);
      return plainRendering(text, reduction);
    }
  }

  private async onThread(job: RenderJob, signal?: AbortSignal): Promise<Rendering> {
    this.pool ??= this.open();
    const limits = { deadlineMs: this.options.deadlineMs ?? DEADLINE_MS, waitMs: WAIT_MS };
    return runOnThread(this.pool, { job, limits, signal });
  }

  private open(): Piscina<ThreadTask, Rendering> {
    if (this.isClosed) throw new Error('The renderer is closed.');
    const { threads = Math.min(MAX_THREADS, Math.max(1, availableParallelism() - 1)), maxQueue = MAX_QUEUE } =
      this.options;
    const pool = new Piscina<ThreadTask, Rendering>({
      filename: join(__dirname, 'render-worker.js'),
      ...this.options.program,
      minThreads: 0,
      maxThreads: threads,
      maxQueue,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MIB },
      // Nothing there is a renderer's business.
      env: {},
    });
    // What ends a thread is told to the job that it had.
    pool.on('error', () => undefined);
    return pool;
  }
}

function reductionOf(error: unknown): Reduction {
  if (error instanceof NotInTime) return error.reduction;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return 'too_large';
  return /queue is at limit/i.test(message) ? 'busy' : 'failed';
}

function keyOf(job: RenderJob): string {
  const name = job.kind === 'code' ? job.path.slice(job.path.lastIndexOf('/') + 1) : '';
  return createHash('sha256').update(`${job.kind}\0${name}\0${job.text}`).digest('base64url');
}
