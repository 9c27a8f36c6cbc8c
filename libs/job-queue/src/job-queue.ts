import { DomainError, isServerOutage, DeadlineError, within } from '@granary/kernel';
import type { JobsOptions } from 'bullmq';
import type { PoolConfig } from 'pg';
import type { Backend, JobStore } from './backend';
import { jobPolicy, QUEUE_NAMES, type JobName, type JobPayload, type QueueName } from './catalogue';
import { lifecycleOptions } from './lifecycle';
import { OutageLog, RepeatedErrors, type QueueLog } from './log';
import { openPostgresBackend } from './postgres-backend';
import { openRedisBackend } from './redis-backend';
import { Schedules } from './schedules';
import { assertHandlers, Workers, type WorkersOptions } from './workers';

export interface JobQueueOptions {
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
export type JobRequest = { [N in JobName]: { name: N; payload: JobPayload<N> } & EnqueueOptions }[JobName];

const ANSWER_MS = 3_000;
const EVENT_STREAM_LENGTH = 1_000;

/**
 * Work that outlives a request. The queue carries work and is never the only place where a fact stands: it may be down,
 * it may lose its memory, and it may run a job twice.
 */
export class JobQueue {
  private readonly stores = new Map<QueueName, JobStore>();
  private readonly schedules: Schedules;
  private readonly errors: RepeatedErrors;
  private workers: Workers | undefined;
  private closing: Promise<void> | undefined;

  private constructor(
    private readonly backend: Backend,
    private readonly log: QueueLog,
  ) {
    this.errors = new RepeatedErrors(log);
    for (const queue of QUEUE_NAMES) this.stores.set(queue, this.openStore(queue));
    this.schedules = new Schedules((queue) => this.store(queue), log);
  }

  /** @throws what `pg` throws if Postgres is not there. Redis may come later. */
  static async open({ connection, log }: JobQueueOptions): Promise<JobQueue> {
    if ('redisUrl' in connection) {
      return new JobQueue(await openRedisBackend(connection.redisUrl, new OutageLog(log, 'redis')), log);
    }
    return new JobQueue(await openPostgresBackend(connection.postgres, new OutageLog(log, 'postgres')), log);
  }

  /** @throws DomainError `unavailable` within seconds if the queue is down; the job may have been added all the same. */
  async enqueue<N extends JobName>(name: N, payload: JobPayload<N>, options: EnqueueOptions = {}): Promise<void> {
    await this.enqueueMany([{ name, payload, ...options } as JobRequest]);
  }

  /** Adds jobs with one round trip per queue. @throws as {@link enqueue}; some of the jobs may have been added. */
  async enqueueMany(requests: readonly JobRequest[]): Promise<void> {
    for (const queue of QUEUE_NAMES) {
      const jobs = requests.filter(({ name }) => jobPolicy(name).queue === queue).map(toJob);
      if (jobs.length > 0) await this.ask(() => this.store(queue).addBulk(jobs));
    }
  }

  /**
   * Starts this process's workers and the recurring jobs.
   *
   * @throws Error if a job has no handler, a handler has no job, or the workers run already.
   */
  async startWorkers(options: WorkersOptions): Promise<void> {
    assertHandlers(options.handlers);
    if (this.workers) throw new Error('the workers run already');
    this.workers = new Workers(this.backend, options, this.log);
    // Not waited for beyond the queue's patience: with Redis away the hub starts, and the schedules follow.
    await within(ANSWER_MS, this.schedules.start()).catch(() => undefined);
  }

  /** Readiness. @throws DomainError `unavailable`. */
  async check(): Promise<void> {
    await this.ask(() => this.backend.ping());
  }

  /** Jobs by queue and state (`waiting`, `active`, `delayed`), for metrics. @throws DomainError `unavailable`. */
  async counts(): Promise<Record<QueueName, Record<string, number>>> {
    const counts = QUEUE_NAMES.map(async (queue) => [
      queue,
      await this.ask(() => this.store(queue).getJobCounts('waiting', 'active', 'delayed')),
    ]);
    return Object.fromEntries(await Promise.all(counts)) as Record<QueueName, Record<string, number>>;
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

  private store(queue: QueueName): JobStore {
    return this.stores.get(queue)!;
  }

  private openStore(queue: QueueName): JobStore {
    const store = this.backend.openStore(queue, { streams: { events: { maxLen: EVENT_STREAM_LENGTH } } });
    store.on('error', (err) => {
      if (isServerOutage(err)) this.backend.noteOutage(err);
      else this.errors.tell(err, queue, 'a queue met an error');
    });
    return store;
  }
}

function toJob({ name, payload, jobId, delayMs }: JobRequest): { name: string; data: object; opts: JobsOptions } {
  return {
    name,
    data: jobPolicy(name).payload.parse(payload),
    opts: {
      ...lifecycleOptions(name),
      jobId: jobId === undefined ? undefined : qualifiedId(name, jobId),
      delay: delayMs,
    },
  };
}

/** BullMQ's ids are unique in their queue and must hold no colon. */
function qualifiedId(name: JobName, jobId: string): string {
  if (!/^[\w.-]+$/.test(jobId)) throw new Error(`job id ${JSON.stringify(jobId)} holds other than [A-Za-z0-9_.-]`);
  return `${name}.${jobId}`;
}
