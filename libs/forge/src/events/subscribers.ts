import type { EventJobName } from '@granary/job-queue';
import type { EventKind } from './event';

/** The jobs that each kind of event starts. Each of them settles the event (EventsService.settle) in its transaction. */
export const SUBSCRIBERS: Record<EventKind, readonly EventJobName[]> = {
  push: ['webhook.fanout'],
  create: ['webhook.fanout'],
  delete: ['webhook.fanout'],
  repository: ['webhook.fanout'],
  ping: ['webhook.fanout'],
};
