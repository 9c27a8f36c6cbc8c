import { UnrecoverableError, type Job } from 'bullmq';
import type { Backend, JobConsumer } from './backend';
import type { Catalogue } from './catalogue';
import type { JobName, JobPayload, Jobs } from './define-jobs';
import { within, isServerOutage } from '@granary/kernel';
import { RepeatedErrors, type QueueLog } from './log';

/** One try of one job. */
export interface JobRun<J extends Jobs = Jobs, N extends JobName<J> = JobName<J>> {
  name: N;
  id: string;
  payload: JobPayload<J, N>;
  /** 1 for the first try. */
  attempt: number;
  /** Aborted when the process stops and its grace is over. */
  signal: AbortSignal;
}

/** A job that failed at its last try. */
export interface GivenUpJob {
  name: string;
  payload: object;
  error: unknown;
}

export interface WorkersOptions<J extends Jobs = Jobs> {
  handlers: JobHandlers<J>;
  /** Keeps what is given up where somebody sees it; the queue forgets it. */
  onGivenUp?: (job: GivenUpJob) => Promise<void>;
}

/** A handler for every job there is. It may run twice for one job, so it must not mind. */
export type JobHandlers<J extends Jobs = Jobs> = { [N in JobName<J>]: (run: JobRun<J, N>) => Promise<void> };

/** How long a dead process keeps its jobs before another one takes them over. */
const LOCK_MS = 30_000;
/** How often a job may lose its process before it is taken for the cause. */
const MAX_STALLED = 3;
const RETRY_MS = 1_000;
/** What is granted, after the grace, to handlers that hear the abort and to connections that close. */
const LAST_WORDS_MS = 1_000;

/** @throws Error naming the jobs without a handler, and the handlers without a job. */
export function assertHandlers(catalogue: Catalogue, handlers: Partial<Record<string, unknown>>): void {
  const missing = catalogue.jobNames.filter((name) => typeof handlers[name] !== 'function');
  if (missing.length > 0) throw new Error(`no handler for the jobs ${missing.join(', ')}`);
  const unknown = Object.keys(handlers).filter((name) => !catalogue.has(name));
  if (unknown.length > 0) throw new Error(`handlers for unknown jobs: ${unknown.join(', ')}`);
}

/** The workers of this process: one per queue. */
export class Workers {
  private readonly consumers: JobConsumer[];
  private readonly running = new Set<Promise<void>>();
  private readonly stop = new AbortController();

  constructor(
    backend: Backend,
    private readonly catalogue: Catalogue,
    private readonly options: WorkersOptions,
    private readonly log: QueueLog,
  ) {
    const errors = new RepeatedErrors(log);
    this.consumers = catalogue.queueNames.map((queue) => {
      const consumer = backend.openConsumer(queue, (job) => this.process(job), {
        concurrency: catalogue.queues[queue]!.concurrency,
        lockDuration: LOCK_MS,
        stalledInterval: LOCK_MS,
        maxStalledCount: MAX_STALLED,
        runRetryDelay: RETRY_MS,
      });
      consumer.on('error', (err) => {
        // Outages are told once, by the connection.
        if (isServerOutage(err)) backend.noteOutage(err);
        else errors.tell(err, queue, 'a queue worker met an error');
      });
      return consumer;
    });
  }

  /** Takes no new jobs, waits up to `graceMs` for the running ones, then aborts them; their jobs are tried again. */
  async close(graceMs: number): Promise<void> {
    await Promise.allSettled(this.consumers.map((consumer) => consumer.pause(true)));
    if (!(await this.settled(graceMs))) {
      this.stop.abort(new Error('the process stops'));
      await this.settled(LAST_WORDS_MS);
    }
    const force = this.running.size > 0;
    if (force) this.log.warn({ jobs: this.running.size }, 'jobs were left unfinished; another worker takes them over');
    const closed = Promise.allSettled(this.consumers.map((consumer) => consumer.close(force)));
    await within(LAST_WORDS_MS, closed).catch(() => undefined);
  }

  private async settled(timeoutMs: number): Promise<boolean> {
    const all = Promise.allSettled([...this.running]);
    return within(timeoutMs, all).then(
      () => this.running.size === 0,
      () => false,
    );
  }

  private async process(job: Job): Promise<void> {
    const run = this.handle(job);
    const tracked = run.then(
      () => undefined,
      () => undefined,
    );
    this.running.add(tracked);
    void tracked.then(() => this.running.delete(tracked));
    await run;
  }

  private async handle(job: Job): Promise<void> {
    const facts = { job: job.name, id: job.id, attempt: job.attemptsMade + 1 };
    try {
      await this.dispatch(job);
    } catch (err) {
      const last = err instanceof UnrecoverableError || facts.attempt >= (job.opts.attempts ?? 1);
      if (last) await this.giveUp(job, facts, err);
      else this.log.warn({ ...facts, err }, 'a job failed and is tried again');
      throw err;
    }
  }

  private async giveUp(job: Job, facts: object, err: unknown): Promise<void> {
    this.log.error({ ...facts, err }, 'a job failed and is given up');
    const given = { name: job.name, payload: job.data as object, error: err };
    await this.options.onGivenUp?.(given).catch((cause: unknown) => {
      if (!isServerOutage(cause)) this.log.error({ err: cause }, 'a job that was given up could not be noted');
    });
  }

  private async dispatch(job: Job): Promise<void> {
    const name = job.name;
    const handler = this.options.handlers[name];
    if (!this.catalogue.has(name) || !handler) throw new UnrecoverableError(`unknown job ${name}`);
    const payload = this.catalogue.policy(name).payload.safeParse(job.data);
    if (!payload.success) throw new UnrecoverableError(`bad payload of ${name}: ${payload.error.message}`);
    await handler({
      name,
      id: job.id ?? '',
      payload: payload.data,
      attempt: job.attemptsMade + 1,
      signal: this.stop.signal,
    });
  }
}
