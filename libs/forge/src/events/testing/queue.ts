import { JOB_NAMES, type JobHandlers, type JobRun, type QueueLog } from '@granary/job-queue';

export const silentLog: QueueLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Handlers that do nothing but those in `some`. */
export function handlersWith(some: Partial<JobHandlers>): JobHandlers {
  const nothing = async (_run: JobRun) => undefined;
  return { ...(Object.fromEntries(JOB_NAMES.map((name) => [name, nothing])) as JobHandlers), ...some };
}
