import { Catalogue, type JobQueue } from '@granary/job-queue';
import { AUDIT_JOBS } from '../audit/jobs';
import { OUTBOX_JOBS } from '../events/jobs';
import { COLLECTION_JOBS } from '../lfs/collection/jobs';
import { MAINTENANCE_JOBS } from '../maintenance/jobs';
import { PUSH_JOBS } from '../pushes/jobs';
import { WEBHOOK_JOBS } from '../webhooks/jobs';
import { HUB_JOBS } from './jobs';

/** Jobs that may hold each other up (a slow receiver, a long repack) stand in different queues. */
const QUEUES = {
  events: { concurrency: 10 },
  webhooks: { concurrency: 20 },
  maintenance: { concurrency: 2 },
  /** One repository at a time: a repack takes the disk and a processor to itself. */
  repacks: { concurrency: 1 },
  /** One walk over a history at a time, for the same reason. */
  collections: { concurrency: 1 },
  /** Reads for as long as an hour. */
  scrubs: { concurrency: 1 },
} as const;
export type QueueName = keyof typeof QUEUES;

/** The jobs of every feature. Each needs a handler, or the workers do not start. */
export const CATALOGUE = Catalogue.of(QUEUES, [
  WEBHOOK_JOBS,
  OUTBOX_JOBS,
  AUDIT_JOBS,
  PUSH_JOBS,
  HUB_JOBS,
  MAINTENANCE_JOBS,
  COLLECTION_JOBS,
]);
export type HubJobs = typeof CATALOGUE.jobs;
export type HubQueue = JobQueue<HubJobs, QueueName>;
