import type { JobQueue } from '@granary/job-queue';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { deliveryJob } from './delivery-job';
import { MAX_ATTEMPTS } from './retry-schedule';
import type { WebhookJobs } from './jobs';

const BATCH = 1_000;
/** The others of a webhook follow when these were tried. */
const OF_ONE_WEBHOOK = 20;
/** A delivery that is due for so long has lost its job, or its job waits: enqueueing it again does no harm. */
const OVERDUE_MS = 60_000;
const KEEP_DAYS = 30;
const DAY_MS = 86_400_000;

/** What keeps the deliveries going when the queue forgets, and the log from growing for ever. */
@Injectable()
export class DeliverySweepService {
  constructor(
    private readonly database: DataSource,
    @Inject(JOB_QUEUE) private readonly queue: Pick<JobQueue<WebhookJobs>, 'enqueueMany'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The job `webhook.sweep`. @throws DomainError `unavailable` if the queue is down. */
  async sweep(): Promise<void> {
    const now = this.clock.now().getTime();
    await this.buryUnfinished(new Date(now));
    const rows = await this.database.query<{ id: number; attempts: number }[]>(
      `SELECT d.id, d.attempts FROM (
         SELECT DISTINCT webhook_id FROM webhook_deliveries
          WHERE state IN ('pending', 'failed') AND next_attempt_at <= $1) h
        CROSS JOIN LATERAL (
          SELECT id, attempts, next_attempt_at FROM webhook_deliveries
           WHERE webhook_id = h.webhook_id AND state IN ('pending', 'failed') AND next_attempt_at <= $1
           ORDER BY next_attempt_at, id LIMIT ${OF_ONE_WEBHOOK}) d
        ORDER BY d.next_attempt_at LIMIT ${BATCH}`,
      [new Date(now - OVERDUE_MS)],
    );
    await this.queue.enqueueMany(rows.map(({ id, attempts }) => deliveryJob(id, attempts)));
  }

  /** The job `webhook.prune`: deletes what was settled more than 30 days ago. */
  async prune(): Promise<void> {
    await this.database.query(
      `DELETE FROM webhook_deliveries WHERE created_at < $1 AND state IN ('delivered', 'dead')`,
      [new Date(this.clock.now().getTime() - KEEP_DAYS * DAY_MS)],
    );
  }

  /** Deliveries whose process died in their last try. */
  private async buryUnfinished(now: Date): Promise<void> {
    await this.database.query(
      `UPDATE webhook_deliveries SET state = 'dead', next_attempt_at = NULL, status_text = 'the last try broke off'
        WHERE state IN ('pending', 'failed') AND next_attempt_at <= $1 AND attempts >= $2`,
      [now, MAX_ATTEMPTS],
    );
  }
}
