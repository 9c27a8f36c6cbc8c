export {
  EventJobPayload,
  JOB_NAMES,
  JOBS,
  MAX_EVENTS_PER_JOB,
  QUEUE_NAMES,
  QUEUES,
  type EventJobName,
  type JobName,
  type JobPayload,
  type QueueName,
} from './catalogue';
export { JobQueue, type EnqueueOptions, type JobQueueOptions, type JobRequest } from './job-queue';
export type { QueueLog } from './log';
export type { GivenUpJob, JobHandlers, JobRun } from './workers';
export { queueConnections } from './postgres-backend';
