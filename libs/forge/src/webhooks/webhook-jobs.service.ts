import type { JobHandlers } from '@granary/job-queue';
import { Injectable } from '@nestjs/common';
import { DeliverySweepService } from './delivery-sweep.service';
import { WebhookDeliveryService } from './webhook-delivery.service';
import { WebhookFanoutService } from './webhook-fanout.service';
import type { WebhookJobs } from './jobs';

/** The handlers of the webhooks' jobs, for `JobQueue.startWorkers`. */
@Injectable()
export class WebhookJobsService {
  constructor(
    private readonly fanout: WebhookFanoutService,
    private readonly deliveries: WebhookDeliveryService,
    private readonly sweep: DeliverySweepService,
  ) {}

  handlers(): JobHandlers<WebhookJobs> {
    return {
      'webhook.fanout': ({ payload }) => this.fanout.fanOut([payload.eventId, ...(payload.others ?? [])]),
      'webhook.deliver': ({ payload, signal }) => this.deliveries.deliver(payload, signal),
      'webhook.sweep': () => this.sweep.sweep(),
      'webhook.prune': () => this.sweep.prune(),
    };
  }
}
