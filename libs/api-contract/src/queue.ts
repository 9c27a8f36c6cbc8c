import { z } from 'zod';
import { Timestamp } from './common';

/** An event or a job that failed at every try. */
export const QueueFailure = z.object({
  /** `event-<uuid>` or `job-<number>`. */
  id: z.string(),
  /** The kind of event, or the name of the job. */
  what: z.string(),
  /** A repository and a ref, or what the job was to work on. */
  subject: z.string(),
  reason: z.string(),
  times: z.number(),
  failed_at: Timestamp,
});
export type QueueFailure = z.infer<typeof QueueFailure>;

/** `GET /api/v3/admin/queues` (site admins). `POST …/failures/:id/retry` tries one again, `POST …/failures/retry` all. */
export const QueueReport = z.object({
  /** Jobs by queue and state; null while the queue is away. */
  queues: z.record(z.string(), z.record(z.string(), z.number())).nullable(),
  events: z.object({
    waiting: z.number(),
    in_progress: z.number(),
    failed: z.number(),
    oldest_at: Timestamp.nullable(),
  }),
  failure_count: z.number(),
  /** The latest hundred of either kind. */
  failures: z.array(QueueFailure),
});
export type QueueReport = z.infer<typeof QueueReport>;
