import { JobQueue, type JobHandlers, type JobQueueOptions, type JobRun, type QueueLog } from '@granary/job-queue';
import { CATALOGUE, type HubJobs, type HubQueue } from '../work/catalogue';

const silentLog: QueueLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The queue as features see it that know only their own jobs, too: at run time it checks each name itself. */
export type TestQueue = HubQueue & Pick<JobQueue, 'enqueueMany'>;

/** A queue with the jobs of the whole product. */
export function openQueue(
  postgres: Extract<JobQueueOptions['connection'], { postgres: object }>['postgres'],
): Promise<TestQueue> {
  return JobQueue.open({ catalogue: CATALOGUE, connection: { postgres }, log: silentLog }) as Promise<TestQueue>;
}

/** Handlers that do nothing but those in `some`. */
export function handlersWith(some: Partial<JobHandlers<HubJobs>>): JobHandlers<HubJobs> {
  const nothing = async (_run: JobRun) => undefined;
  return {
    ...(Object.fromEntries(CATALOGUE.jobNames.map((name) => [name, nothing])) as JobHandlers<HubJobs>),
    ...some,
  };
}
