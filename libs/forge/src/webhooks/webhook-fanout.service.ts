import { randomUUID } from 'node:crypto';
import { isServerOutage, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK } from '../database/tokens';
import { EventsService, Subscriptions, type RecordedEvent } from '../events';
import { DeliveryTurnsService } from './delivery-turns.service';
import { PayloadBuilder, type Payload } from './payload-builder';
import type { Webhook } from './webhook';
import { toWebhook, WEBHOOK_QUERY, type WebhookRow } from './webhook-rows';
import { WEBHOOK_SUBSCRIPTION } from './webhook-subscription';

/** Turns an event into a delivery for each active webhook of its repository that listens to it. */
@Injectable()
export class WebhookFanoutService {
  constructor(
    private readonly database: DataSource,
    private readonly events: EventsService,
    private readonly payloads: PayloadBuilder,
    private readonly turns: DeliveryTurnsService,
    subscriptions: Subscriptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    subscriptions.add(WEBHOOK_SUBSCRIPTION);
  }

  /**
   * The job `webhook.fanout`. Run twice, it makes no second delivery. An event that cannot be made keeps none of the
   * others back.
   *
   * @throws what kept an event back, when it is to be tried again.
   */
  async fanOut(eventIds: readonly string[]): Promise<void> {
    let obstacle: unknown;
    for (const id of eventIds) {
      await this.fanOutOne(id).catch(async (error: unknown) => {
        if (isServerOutage(error)) throw error;
        const isForGood = await this.events.noteFailure(id, error);
        if (!isForGood) obstacle ??= error;
      });
    }
    // Also those of an earlier run that was killed before it got here.
    await this.turns.enqueueOf(eventIds);
    if (obstacle !== undefined) throw obstacle;
  }

  private async fanOutOne(eventId: string): Promise<void> {
    const recorded = await this.events.find(eventId);
    if (!recorded) return;
    // A payload costs several git processes; since the event was handed over, its webhook may have gone.
    const isHeard = (await this.listeners(this.database.manager, recorded)).length > 0;
    const payload = isHeard ? await this.payloads.build(recorded.event) : null;
    await this.database.transaction(async (manager) => {
      if (payload) await this.insertDeliveries(manager, recorded, payload);
      await this.events.settle(manager, recorded, 'webhook.fanout');
    });
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
    const rows = await manager.query<WebhookRow[]>(
      `${WEBHOOK_QUERY}
        WHERE w.repository_id = $1 AND w.active
          AND CASE WHEN $2::integer IS NULL THEN w.events && ARRAY[$3, '*'] AND w.created_at <= $4 ELSE w.id = $2 END
        ORDER BY w.id ${lock}`,
      [event.repositoryId, hookId, event.kind, createdAt],
    );
    return rows.map(toWebhook);
  }
}
