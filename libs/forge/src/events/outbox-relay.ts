import { setTimeout as sleep } from 'node:timers/promises';
import type { JobQueue } from '@granary/job-queue';
import { DomainError, type Clock } from '@granary/kernel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { jobRequests, withinRoom, type HeardEvent } from './event-jobs';
import type { EventJobs } from './jobs';
import { Subscriptions } from './subscriptions';
import { Turns } from './turns';

const TICK_MS = 2_000;
const BACK_OFF_MS = { first: 1_000, most: 60_000 };
/** The queue may lose its memory: an event that nobody has dealt with by then is handed over again. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;
/** An event that fails every time is left alone by then. */
const GIVEN_UP_AFTER_MS = 7 * 86_400_000;

/**
 * Carries events from the outbox to the queue, at least once: wherever it is killed, another relay finds the row
 * unmarked, and the job's id keeps the queue from taking the same job twice. Any number of processes may run one.
 * What nobody listens to is settled here and never becomes a job.
 */
@Injectable()
export class OutboxRelay {
  private readonly logger = new Logger(OutboxRelay.name);
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;
  private alarm = new AbortController();
  private readonly turns = new Turns();

  constructor(
    private readonly database: DataSource,
    private readonly subscriptions: Subscriptions,
    @Inject(JOB_QUEUE) private readonly queue: Pick<JobQueue<EventJobs>, 'enqueueMany'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Begins to relay: what waits at once, then every `tickMs` and at each {@link nudge}. */
  start({ tickMs = TICK_MS } = {}): void {
    this.loop ??= this.run(tickMs);
  }

  /** There is something to relay. Call it after the commit; before {@link start} it does nothing. */
  nudge(): void {
    this.alarm.abort();
  }

  /** Ends after the batch at hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.alarm.abort();
    await this.loop;
  }

  /**
   * Relays what waits: of each repository in the order in which it was recorded, and no more than it may have with the
   * queue at a time. Call {@link nudge} when events were settled.
   *
   * @returns the number of events that were handed over or settled.
   * @throws DomainError `unavailable` if the queue is down; nothing is lost.
   */
  async relayAll(): Promise<number> {
    await this.recallForgotten();
    let total = 0;
    for (;;) {
      const relayed = await this.relayRound();
      total += relayed;
      if (relayed === 0 || this.stopping.signal.aborted) return total;
    }
  }

  private async run(tickMs: number): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      this.alarm = new AbortController();
      try {
        await this.relayAll();
        failures = 0;
        await this.pause(tickMs, AbortSignal.any([this.alarm.signal, this.stopping.signal]));
      } catch (error) {
        if (failures === 0) this.logger.warn(`events wait: ${reason(error)}`);
        // A nudge does not shorten this wait: a queue that comes back has enough to do.
        await this.pause(Math.min(BACK_OFF_MS.first * 2 ** failures++, BACK_OFF_MS.most), this.stopping.signal);
      }
    }
  }

  private async pause(ms: number, signal: AbortSignal): Promise<void> {
    await sleep(ms, undefined, { signal }).catch(() => undefined);
  }

  private relayRound(): Promise<number> {
    return this.database.transaction(async (manager) => {
      const taken = await this.turns.take(manager);
      if (taken.length === 0) return 0;
      const jobs = await this.subscriptions.jobsOf(manager, taken);
      const heard = withinRoom(taken.flatMap((event) => ({ ...event, jobs: jobs.get(event.id) ?? [] })));
      const unheard = taken.filter(({ id }) => !jobs.has(id)).map(({ id }) => id);
      await this.queue.enqueueMany(jobRequests(heard));
      await this.settleUnheard(manager, unheard);
      await this.markRelayed(manager, heard);
      return heard.length + unheard.length;
    });
  }

  private async settleUnheard(manager: EntityManager, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await manager.query(`UPDATE outbox_events SET relayed_at = $2, awaits = '{}', settled_at = $2 WHERE id = ANY($1)`, [
      ids,
      this.clock.now(),
    ]);
  }

  private async markRelayed(manager: EntityManager, heard: readonly HeardEvent[]): Promise<void> {
    if (heard.length === 0) return;
    await manager.query(
      `UPDATE outbox_events e SET relayed_at = $3, awaits = string_to_array(h.jobs, ' ')
         FROM unnest($1::uuid[], $2::text[]) AS h (id, jobs) WHERE e.id = h.id`,
      [heard.map(({ id }) => id), heard.map(({ jobs }) => jobs.join(' ')), this.clock.now()],
    );
  }

  private async recallForgotten(): Promise<void> {
    const now = this.clock.now().getTime();
    await this.database.query(
      `UPDATE outbox_events SET relayed_at = NULL 
        WHERE settled_at IS NULL AND failed_at IS NULL AND relayed_at < $1 AND created_at > $2`,
      [new Date(now - FORGOTTEN_AFTER_MS), new Date(now - GIVEN_UP_AFTER_MS)],
    );
  }
}

function reason(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
