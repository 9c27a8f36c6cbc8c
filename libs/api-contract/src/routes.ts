import { z } from 'zod';
import { PurgeState } from './purge';
import { PushRules, UpdatePushRules } from './push-rules';
import { QueueReport } from './queue';
import { defineRoute } from './route';

const REPOSITORY = '/api/v3/repos/:ns/:repo';
const QUEUES = '/api/v3/admin/queues';

/** The routes that are declared so far; the others stand in their controllers alone. */
export const routes = {
  getPushRules: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/push-rules`,
    summary: 'Get the push rules of a repository',
    answer: PushRules,
  }),
  updatePushRules: defineRoute({
    method: 'PATCH',
    path: `${REPOSITORY}/push-rules`,
    summary: 'Change the push rules of a repository',
    body: UpdatePushRules,
    answer: PushRules,
  }),
  getPurge: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/purge`,
    summary: 'Get the state of the purge',
    answer: PurgeState,
  }),
  requestPurge: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/purge`,
    summary: 'Request a purge of unreachable objects',
    status: 202,
    answer: PurgeState,
  }),
  getQueues: defineRoute({
    method: 'GET',
    path: QUEUES,
    summary: 'Get what waits in the queues and what failed',
    answer: QueueReport,
  }),
  retryFailures: defineRoute({
    method: 'POST',
    path: `${QUEUES}/failures/retry`,
    summary: 'Retry all failures',
    answer: z.object({ retried: z.number() }),
  }),
  retryFailure: defineRoute({
    method: 'POST',
    path: `${QUEUES}/failures/:id/retry`,
    summary: 'Retry one failure',
    status: 204,
    answer: z.void(),
  }),
};
