import type { JobQueue } from '@granary/job-queue';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { deliveryJob, enqueueSwept } from './delivery-job';
import type { Delivery, DeliveryDetail, HookKey, PageRange } from './webhook';
import { DELIVERY_COLUMNS, toDelivery, type DeliveryRow } from './webhook-rows';
import { webhookNotFound, WebhooksService } from './webhooks.service';
import type { WebhookJobs } from './jobs';

const MAX_REPLAYED = 1_000;
const COPY = `INSERT INTO webhook_deliveries
  (guid, webhook_id, event_id, event, action, payload, state, redelivery, next_attempt_at, created_at)`;

interface DetailRow extends DeliveryRow {
  url: string;
  request_headers: Record<string, string> | null;
  payload: unknown;
  response_headers: Record<string, string> | null;
  response_body: string | null;
}

/** What was sent to a webhook and what it answered, and sending it again. */
@Injectable()
export class DeliveryLogService {
  constructor(
    private readonly database: DataSource,
    private readonly webhooks: WebhooksService,
    @Inject(JOB_QUEUE) private readonly queue: Pick<JobQueue<WebhookJobs>, 'enqueueMany'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The newest first.
   *
   * @param range.beforeId only those that are older than this one.
   * @param range.afterId only those that are newer than this one, and of them the nearest to it.
   * @throws DomainError `not_found` if the repository has no such webhook.
   */
  async deliveries(key: HookKey, range: PageRange & { beforeId?: number; afterId?: number }): Promise<Delivery[]> {
    const { id } = await this.webhooks.get(key);
    const { limit, offset, beforeId = null, afterId = null } = range;
    const rows = await this.database.query<DeliveryRow[]>(
      `SELECT ${DELIVERY_COLUMNS} FROM webhook_deliveries d
        WHERE d.webhook_id = $1 AND ($4::bigint IS NULL OR d.id < $4) AND ($5::bigint IS NULL OR d.id > $5)
        ORDER BY d.id ${afterId === null ? 'DESC' : 'ASC'} LIMIT $2 OFFSET $3`,
      [id, limit, offset, beforeId, afterId],
    );
    return (afterId === null ? rows : rows.reverse()).map(toDelivery);
  }

  /** @throws DomainError `not_found` if the webhook has no such delivery. */
  async delivery({ repositoryId, hookId }: HookKey, deliveryId: number): Promise<DeliveryDetail> {
    const [row] = await this.database.query<DetailRow[]>(
      `SELECT ${DELIVERY_COLUMNS}, d.request_headers, d.payload, d.response_headers, d.response_body, w.url
         FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id
        WHERE d.id = $1 AND w.id = $2 AND w.repository_id = $3`,
      [deliveryId, hookId, repositoryId],
    );
    if (!row) throw webhookNotFound();
    return {
      ...toDelivery(row),
      url: row.url,
      requestHeaders: row.request_headers,
      payload: row.payload,
      responseHeaders: row.response_headers,
      responseBody: row.response_body,
    };
  }

  /**
   * Sends a delivery's payload once more, as a delivery of its own with the same guid.
   *
   * @returns the new delivery.
   * @throws DomainError `not_found`, `conflict` if the webhook is switched off.
   */
  async redeliver(key: HookKey, deliveryId: number): Promise<Delivery> {
    const original = await this.delivery(key, deliveryId);
    await this.webhooks.requireActive(key);
    const [row] = await this.database.query<{ id: number }[]>(
      `${COPY} SELECT guid, webhook_id, event_id, event, action, payload, 'pending', true, $2, $2
                 FROM webhook_deliveries WHERE id = $1 RETURNING id`,
      [original.id, this.clock.now()],
    );
    if (!row) throw webhookNotFound();
    await enqueueSwept(this.queue, [deliveryJob(row.id, 0)]);
    return this.delivery(key, row.id);
  }

  /**
   * Sends the dead letters of a span of time once more, each guid once and none that has arrived or is under way.
   *
   * @returns their number, 1000 at most.
   * @throws DomainError `not_found`, `conflict` if the webhook is switched off.
   */
  async redeliverDead(key: HookKey, span: { since: Date; until: Date }): Promise<number> {
    await this.webhooks.requireActive(key);
    const rows = await this.database.query<{ id: number }[]>(
      `${COPY} SELECT DISTINCT ON (guid) guid, webhook_id, event_id, event, action, payload, 'pending', true, $4::timestamptz, $4::timestamptz
                 FROM webhook_deliveries d
                WHERE webhook_id = $1 AND state = 'dead' AND created_at BETWEEN $2 AND $3
                  AND NOT EXISTS (SELECT 1 FROM webhook_deliveries o
                                   WHERE o.webhook_id = d.webhook_id AND o.guid = d.guid AND o.state <> 'dead')
                ORDER BY guid, id LIMIT ${MAX_REPLAYED} RETURNING id`,
      [key.hookId, span.since, span.until, this.clock.now()],
    );
    await enqueueSwept(
      this.queue,
      rows.map(({ id }) => deliveryJob(id, 0)),
    );
    return rows.length;
  }
}
