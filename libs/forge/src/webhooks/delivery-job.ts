import type { JobQueue, JobRequest } from '@granary/job-queue';
import { DomainError } from '@granary/kernel';

/** @param attempts tries made before this one. */
export function deliveryJob(deliveryId: number, attempts: number, delayMs = 0): JobRequest {
  return {
    name: 'webhook.deliver',
    payload: { deliveryId, attempt: attempts },
    jobId: `${deliveryId}-${attempts}`,
    delayMs,
  };
}

/** Enqueues what the sweep would find anyway: with the queue down, it is only later. */
export async function enqueueSwept(queue: Pick<JobQueue, 'enqueueMany'>, jobs: JobRequest[]): Promise<void> {
  try {
    await queue.enqueueMany(jobs);
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'unavailable')) throw error;
  }
}
