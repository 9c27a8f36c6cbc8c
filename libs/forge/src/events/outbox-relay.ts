import { setTimeout as sleep } from 'node:timers/promises';
import type { JobQueue, JobRequest } from '@granary/job-queue';
import { DomainError, type Clock } from '@granary/kernel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import type { EventKind } from './event';
import { SUBSCRIBERS } from './subscribers';

const BATCH = 100;
const TICK_MS = 2_000;
const BACK_OFF_MS = { first: 1_000, most: 60_000 };
/** The queue may lose its memory: an event that nobody has dealt with by then is handed over again. */
const FORGOTTEN_AFTER_MS = 10 * 60_000;
/** An event that fails every time is left alone by then. */
const GIVEN_UP_AFTER_MS = 7 * 86_400_000;

/**
 * Carries events from the outbox to the queue, at least once: wherever it is killed, another relay finds the row
 * unmarked, and the job's id keeps the queue from taking the same job twice. Any number of processes may run one.
 */
@Injectable()
export class OutboxRelay {
  private readonly logger = new Logger(OutboxRelay.name);
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;
  private alarm = new AbortController();

  constructor(
    private readonly database: DataSource,
    @Inject(JOB_QUEUE) private readonly queue: Pick<JobQueue, 'enqueueMany'>,
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
   * Relays everything that waits, in the order in which it was recorded.
   *
   * @returns the number of events.
   * @throws DomainError `unavailable` if the queue is down; nothing is lost.
   */
  async relayAll(): Promise<number> {
    await this.recallForgotten();
    let total = 0;
    for (;;) {
      const relayed = await this.relayBatch();
      total += relayed;
      if (relayed < BATCH || this.stopping.signal.aborted) return total;
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

  private relayBatch(): Promise<number> {
    return this.database.transaction(async (manager) => {
      const rows = (await manager.query(
        `SELECT id, kind FROM outbox_events WHERE relayed_at IS NULL ORDER BY sequence LIMIT $1 FOR UPDATE SKIP LOCKED`,
        [BATCH],
      )) as { id: string; kind: EventKind }[];
      if (rows.length === 0) return 0;
      await this.queue.enqueueMany(rows.flatMap(jobsOf));
      await manager.query('UPDATE outbox_events SET relayed_at = $2 WHERE id = ANY($1)', [
        rows.map(({ id }) => id),
        this.clock.now(),
      ]);
      return rows.length;
    });
  }

  private async recallForgotten(): Promise<void> {
    const now = this.clock.now().getTime();
    await this.database.query(
      `UPDATE outbox_events SET relayed_at = NULL WHERE settled_at IS NULL AND relayed_at < $1 AND created_at > $2`,
      [new Date(now - FORGOTTEN_AFTER_MS), new Date(now - GIVEN_UP_AFTER_MS)],
    );
  }
}

function jobsOf({ id, kind }: { id: string; kind: EventKind }): JobRequest[] {
  return SUBSCRIBERS[kind].map((name) => ({ name, payload: { eventId: id }, jobId: id }));
}

function reason(error: unknown): string {
  if (error instanceof DomainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
