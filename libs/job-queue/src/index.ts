export { Catalogue } from './catalogue';
export {
  defineJobs,
  NO_PAYLOAD,
  type JobName,
  type JobPayload,
  type JobPolicy,
  type Jobs,
  type QueuePolicy,
} from './define-jobs';
export { HandlerTable } from './handler-table';
export { JobQueue, type EnqueueOptions, type JobQueueOptions, type JobRequest } from './job-queue';
export type { QueueLog } from './log';
export type { GivenUpJob, JobHandlers, JobRun } from './workers';
export { queueConnections } from './postgres-backend';
