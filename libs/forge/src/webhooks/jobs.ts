import { defineJobs, NO_PAYLOAD } from '@granary/job-queue';
import { z } from 'zod';
import { EventJobPayload } from '../events';

export const WEBHOOK_JOBS = defineJobs({
  /** An event becomes a delivery for each webhook that wants it. */
  'webhook.fanout': { queue: 'events', payload: EventJobPayload, attempts: 8, backoffMs: 1_000 },
  /** One try of one delivery. `attempt` counts from 0; the schedule of the tries stands in the delivery's row. */
  'webhook.deliver': {
    queue: 'webhooks',
    payload: z.strictObject({ deliveryId: z.int().positive(), attempt: z.int().nonnegative() }),
    attempts: 5,
    backoffMs: 1_000,
  },
  /** Deliveries that are due but have no job. */
  'webhook.sweep': { queue: 'maintenance', payload: NO_PAYLOAD, attempts: 1, backoffMs: 1_000, everySeconds: 60 },
  /** Deliveries that are too old for the log. */
  'webhook.prune': { queue: 'maintenance', payload: NO_PAYLOAD, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
});
export type WebhookJobs = typeof WEBHOOK_JOBS;
