import { randomUUID } from 'node:crypto';
import type { JobQueue } from '@granary/job-queue';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { EventsService, type RecordedEvent } from '../events';
import { deliveryJob } from './delivery-job';
import { PayloadBuilder, type Payload } from './payload-builder';
import type { Webhook } from './webhook';
import { toWebhook, WEBHOOK_QUERY, type WebhookRow } from './webhook-rows';

/** Turns an event into a delivery for each active webhook of its repository that listens to it. */
@Injectable()
export class WebhookFanoutService {
  constructor(
    private readonly database: DataSource,
    private readonly events: EventsService,
    private readonly payloads: PayloadBuilder,
    @Inject(JOB_QUEUE) private readonly queue: Pick<JobQueue, 'enqueueMany'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The job `webhook.fanout`. Run twice, it makes no second delivery. */
  async fanOut(eventId: string): Promise<void> {
    const recorded = await this.events.find(eventId);
    if (!recorded) return;
    // A payload costs several git processes for each commit in it; most repositories have no webhook.
    const isHeard = (await this.listeners(this.database.manager, recorded)).length > 0;
    const payload = isHeard ? await this.payloads.build(recorded.event) : null;
    await this.database.transaction(async (manager) => {
      if (payload) await this.insertDeliveries(manager, recorded, payload);
      await this.events.settle(manager, recorded, 'webhook.fanout');
    });
    await this.enqueueUntried(eventId);
  }

  private async insertDeliveries(manager: EntityManager, recorded: RecordedEvent, payload: Payload): Promise<void> {
    const { id, event } = recorded;
    for (const hook of await this.listeners(manager, recorded, 'FOR KEY SHARE OF w')) {
      const body = event.kind === 'ping' ? this.payloads.pingBody(payload, hook) : payload.body;
      await manager.query(
        `INSERT INTO webhook_deliveries
           (guid, webhook_id, event_id, event, action, payload, state, next_attempt_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $7)
         ON CONFLICT (webhook_id, event_id) WHERE NOT redelivery DO NOTHING`,
        [randomUUID(), hook.id, id, payload.event, payload.action, JSON.stringify(body), this.clock.now()],
      );
    }
  }

  /** Those that were there when it happened; with `lock` none is deleted before its delivery is in. */
  private async listeners(
    manager: EntityManager,
    { event, createdAt }: RecordedEvent,
    lock: '' | 'FOR KEY SHARE OF w' = '',
  ): Promise<Webhook[]> {
    const hookId = 'hookId' in event ? (event.hookId ?? null) : null;
    const rows = (await manager.query(
      `${WEBHOOK_QUERY}
        WHERE w.repository_id = $1 AND w.active
          AND CASE WHEN $2::integer IS NULL THEN w.events && ARRAY[$3, '*'] AND w.created_at <= $4 ELSE w.id = $2 END
        ORDER BY w.id ${lock}`,
      [event.repositoryId, hookId, event.kind, createdAt],
    )) as WebhookRow[];
    return rows.map(toWebhook);
  }

  /** Also those of an earlier run that was killed before it got here. */
  private async enqueueUntried(eventId: string): Promise<void> {
    const rows = (await this.database.query(
      `SELECT id FROM webhook_deliveries WHERE event_id = $1 AND state = 'pending' AND attempts = 0 ORDER BY id`,
      [eventId],
    )) as { id: number }[];
    await this.queue.enqueueMany(rows.map(({ id }) => deliveryJob(id, 0)));
  }
}
