import type { JobQueue } from '@granary/job-queue';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { deliveryJob, enqueueSwept } from './delivery-job';
import type { WebhookJobs } from './jobs';

/** So many deliveries of one webhook are with the queue at a time; the others wait in their table. */
const WITH_THE_QUEUE = 10;

/**
 * Lets webhooks take turns: a receiver that is slow, or has thousands of deliveries before it, keeps nobody else's
 * waiting. What is enqueued twice is tried once (`deliveryJob` names the try).
 */
@Injectable()
export class DeliveryTurnsService {
  constructor(
    private readonly database: DataSource,
    @Inject(JOB_QUEUE) private readonly queue: Pick<JobQueue<WebhookJobs>, 'enqueueMany'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Enqueues the next deliveries of `hookIds` that are due. With the queue down, the sweep does. */
  async enqueueDue(hookIds: readonly number[], dueBefore = this.clock.now()): Promise<void> {
    const rows = await this.database.query<{ id: number; attempts: number }[]>(
      `SELECT d.id, d.attempts FROM unnest($1::integer[]) AS h (id) CROSS JOIN LATERAL (
         SELECT id, attempts FROM webhook_deliveries
          WHERE webhook_id = h.id AND state IN ('pending', 'failed') AND next_attempt_at <= $2
          ORDER BY next_attempt_at, id LIMIT ${WITH_THE_QUEUE}) d`,
      [hookIds, dueBefore],
    );
    await enqueueSwept(
      this.queue,
      rows.map(({ id, attempts }) => deliveryJob(id, attempts)),
    );
  }

  /** Enqueues the deliveries of an event, in the turns of their webhooks. */
  async enqueueOf(eventIds: readonly string[]): Promise<void> {
    const rows = await this.database.query<{ id: number }[]>(
      `SELECT DISTINCT webhook_id AS id FROM webhook_deliveries
        WHERE event_id = ANY($1) AND state = 'pending' AND attempts = 0 ORDER BY id`,
      [eventIds],
    );
    if (rows.length > 0) await this.enqueueDue(rows.map(({ id }) => id));
  }

  /** Enqueues the next try of a delivery for its time. Where many of its webhook wait, their turn comes without it. */
  async enqueueRetry(hookId: number, retry: { id: number; attempts: number; waitMs: number }): Promise<void> {
    const [{ n } = { n: 0 }] = await this.database.query<{ n: number }[]>(
      `SELECT count(*)::integer AS n FROM (
         SELECT 1 FROM webhook_deliveries WHERE webhook_id = $1 AND state IN ('pending', 'failed')
          LIMIT ${WITH_THE_QUEUE + 1}) counted`,
      [hookId],
    );
    if (n > WITH_THE_QUEUE) return;
    await enqueueSwept(this.queue, [deliveryJob(retry.id, retry.attempts, retry.waitMs)]);
  }
}
