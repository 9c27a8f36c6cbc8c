import { HandlerTable } from '@granary/job-queue';
import { Injectable } from '@nestjs/common';
import { OutboxRelay } from '../events';
import { DeliverySweepService } from './delivery-sweep.service';
import type { WebhookJobs } from './jobs';
import { WebhookDeliveryService } from './webhook-delivery.service';
import { WebhookFanoutService } from './webhook-fanout.service';

/** Handles the webhooks' jobs. */
@Injectable()
export class WebhookJobsService {
  constructor(
    fanout: WebhookFanoutService,
    deliveries: WebhookDeliveryService,
    sweep: DeliverySweepService,
    relay: OutboxRelay,
    handlers: HandlerTable,
  ) {
    handlers.add<WebhookJobs>({
      'webhook.fanout': async ({ payload }) => {
        await fanout.fanOut([payload.eventId, ...(payload.others ?? [])]);
        // The repository may have more events than it may have with the queue at a time.
        relay.nudge();
      },
      'webhook.deliver': ({ payload, signal }) => deliveries.deliver(payload, signal),
      'webhook.sweep': () => sweep.sweep(),
      'webhook.prune': () => sweep.prune(),
    });
  }
}
