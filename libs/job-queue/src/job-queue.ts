import { DomainError, isServerOutage, DeadlineError, within } from '@granary/kernel';
import type { JobsOptions } from 'bullmq';
import type { PoolConfig } from 'pg';
import type { Backend, JobStore } from './backend';
import type { Catalogue } from './catalogue';
import type { JobName, JobPayload, JobPolicy, Jobs } from './define-jobs';
import { lifecycleOptions } from './lifecycle';
import { OutageLog, RepeatedErrors, type QueueLog } from './log';
import { openPostgresBackend } from './postgres-backend';
import { openRedisBackend } from './redis-backend';
import { Schedules } from './schedules';
import { assertHandlers, Workers, type JobHandlers, type WorkersOptions } from './workers';

export interface JobQueueOptions<J extends Jobs = Jobs, Q extends string = string> {
  catalogue: Catalogue<J, Q>;
  /** Redis by its URL, or the Postgres that holds the hub's data (the queue has the schema `bullmq` to itself). */
  connection: { redisUrl: string } | { postgres: PoolConfig };
  log: QueueLog;
}

export interface EnqueueOptions {
  /** Derived from what caused the job. While a job of this name and id is known, another one is not added. */
  jobId?: string;
  delayMs?: number;
}

/** A job for {@link JobQueue.enqueueMany}. */
export type JobRequest<J extends Jobs = Jobs> = {
  [N in JobName<J>]: { name: N; payload: JobPayload<J, N> } & EnqueueOptions;
}[JobName<J>];

const ANSWER_MS = 3_000;
const EVENT_STREAM_LENGTH = 1_000;

/**
 * Work that outlives a request. The queue carries work and is never the only place where a fact stands: it may be down,
 * it may lose its memory, and it may run a job twice. It knows jobs by its catalogue alone; who enqueues names in `J` those
 * that it enqueues.
 */
export class JobQueue<J extends Jobs = Jobs, Q extends string = string> {
  private readonly stores = new Map<string, JobStore>();
  private readonly schedules: Schedules;
  private readonly errors: RepeatedErrors;
  private workers: Workers | undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly catalogue: Catalogue<Jobs, Q>,
    private readonly backend: Backend,
    private readonly log: QueueLog,
  ) {
    this.errors = new RepeatedErrors(log);
    for (const queue of catalogue.queueNames) this.stores.set(queue, this.openStore(queue));
    this.schedules = new Schedules(catalogue, (queue) => this.store(queue), log);
  }

  /** @throws what `pg` throws if Postgres is not there. Redis may come later. */
  static async open<J extends Jobs, Q extends string>(options: JobQueueOptions<J, Q>): Promise<JobQueue<J, Q>> {
    return new JobQueue<J, Q>(options.catalogue, await openBackend(options), options.log);
  }

  /** @throws DomainError `unavailable` within seconds if the queue is down; the job may have been added all the same. */
  async enqueue<N extends JobName<J>>(name: N, payload: JobPayload<J, N>, options: EnqueueOptions = {}): Promise<void> {
    await this.enqueueMany([{ name, payload, ...options } as JobRequest<J>]);
  }

  /** Adds jobs with one round trip per queue. @throws as {@link enqueue}; some of the jobs may have been added. */
  async enqueueMany(requests: readonly JobRequest<J>[]): Promise<void> {
    for (const queue of this.catalogue.queueNames) {
      const jobs = requests
        .filter(({ name }) => this.catalogue.policy(name).queue === queue)
        .map((request) => toJob(request, this.catalogue.policy(request.name)));
      if (jobs.length > 0) await this.ask(() => this.store(queue).addBulk(jobs));
    }
  }

  /**
   * Starts this process's workers and the recurring jobs.
   *
   * @throws Error if a job has no handler, a handler has no job, or the workers run already.
   */
  async startWorkers(options: WorkersOptions<J>): Promise<void> {
    assertHandlers(this.catalogue, options.handlers);
    if (this.workers) throw new Error('the workers run already');
    // Each handler is called with what the schema of its job's very name gave, which the compiler cannot follow.
    const handlers = options.handlers as unknown as JobHandlers;
    this.workers = new Workers(this.backend, this.catalogue, { ...options, handlers }, this.log);
    // Not waited for beyond the queue's patience: with Redis away the hub starts, and the schedules follow.
    await within(ANSWER_MS, this.schedules.start()).catch(() => undefined);
  }

  /** Readiness. @throws DomainError `unavailable`. */
  async check(): Promise<void> {
    await this.ask(() => this.backend.ping());
  }

  /** Jobs by queue and state (`waiting`, `active`, `delayed`), for metrics. @throws DomainError `unavailable`. */
  async counts(): Promise<Record<Q, Record<string, number>>> {
    const counts = this.catalogue.queueNames.map(async (queue) => [
      queue,
      await this.ask(() => this.store(queue).getJobCounts('waiting', 'active', 'delayed')),
    ]);
    return Object.fromEntries(await Promise.all(counts)) as Record<Q, Record<string, number>>;
  }

  /** Stops the workers (running jobs get `graceMs`), then drops the connections. May be called twice. */
  close({ graceMs }: { graceMs: number }): Promise<void> {
    return (this.closing ??= this.shutDown(graceMs));
  }

  private async shutDown(graceMs: number): Promise<void> {
    this.schedules.stop();
    await this.workers?.close(graceMs);
    const closed = Promise.allSettled([...this.stores.values()].map((store) => store.close()));
    await within(ANSWER_MS, closed).catch(() => undefined);
    await within(ANSWER_MS, this.backend.close()).catch((err: unknown) => this.log.warn({ err }, 'the queue hung up'));
  }

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    try {
      this.backend.assertReachable();
      return await within(ANSWER_MS, question());
    } catch (cause) {
      if (!isServerOutage(cause) && !(cause instanceof DeadlineError) && !this.closing) throw cause;
      throw new DomainError('unavailable', 'the job queue does not answer', { cause, retryAfterSeconds: 5 });
    }
  }

  private store(queue: string): JobStore {
    return this.stores.get(queue)!;
  }

  private openStore(queue: string): JobStore {
    const store = this.backend.openStore(queue, { streams: { events: { maxLen: EVENT_STREAM_LENGTH } } });
    store.on('error', (err) => {
      if (isServerOutage(err)) this.backend.noteOutage(err);
      else this.errors.tell(err, queue, 'a queue met an error');
    });
    return store;
  }
}

function openBackend({ catalogue, connection, log }: JobQueueOptions): Promise<Backend> {
  if ('redisUrl' in connection) return openRedisBackend(connection.redisUrl, new OutageLog(log, 'redis'));
  return openPostgresBackend(catalogue.queueNames.length, connection.postgres, new OutageLog(log, 'postgres'));
}

function toJob(
  { name, payload, jobId, delayMs }: JobRequest,
  policy: JobPolicy,
): { name: string; data: object; opts: JobsOptions } {
  return {
    name,
    data: policy.payload.parse(payload),
    opts: {
      ...lifecycleOptions(policy),
      jobId: jobId === undefined ? undefined : qualifiedId(name, jobId),
      delay: delayMs,
    },
  };
}

/** BullMQ's ids are unique in their queue and must hold no colon. */
function qualifiedId(name: string, jobId: string): string {
  if (!/^[\w.-]+$/.test(jobId)) throw new Error(`job id ${JSON.stringify(jobId)} holds other than [A-Za-z0-9_.-]`);
  return `${name}.${jobId}`;
}
