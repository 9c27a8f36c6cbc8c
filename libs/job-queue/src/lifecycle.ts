import type { DefaultJobOptions } from 'bullmq';
import type { JobPolicy } from './define-jobs';

/** Completed jobs are kept so long, and so many a queue, to recognise the same job when it comes again. */
const KEEP_COMPLETED = { age: 3_600, count: 1_000 };

/** BullMQ's options for the tries and the end of a job. */
export function lifecycleOptions({ attempts, backoffMs }: JobPolicy): DefaultJobOptions {
  return {
    attempts,
    backoff: { type: 'exponential', delay: backoffMs, jitter: 0.5 },
    removeOnComplete: KEEP_COMPLETED,
    // What failed for good is in the log. Left in the queue, its id would keep a sweep from trying it again.
    removeOnFail: true,
  };
}
