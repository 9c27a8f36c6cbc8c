import type { JobQueue, JobRequest } from '@granary/job-queue';
import { DomainError } from '@granary/kernel';
import type { WebhookJobs } from './jobs';

/** @param attempts tries made before this one. */
export function deliveryJob(deliveryId: number, attempts: number, delayMs = 0): JobRequest<WebhookJobs> {
  return {
    name: 'webhook.deliver',
    payload: { deliveryId, attempt: attempts },
    jobId: `${deliveryId}-${attempts}`,
    delayMs,
  };
}

/** Enqueues what the sweep would find anyway: with the queue down, it is only later. */
export async function enqueueSwept(
  queue: Pick<JobQueue<WebhookJobs>, 'enqueueMany'>,
  jobs: JobRequest<WebhookJobs>[],
): Promise<void> {
  try {
    await queue.enqueueMany(jobs);
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'unavailable')) throw error;
  }
}
