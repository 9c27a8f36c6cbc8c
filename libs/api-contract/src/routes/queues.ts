import { z } from 'zod';
import { QueueReport } from '../queue';
import { defineRoute } from '../route';

const QUEUES = '/api/v3/admin/queues';

export const queuesRoutes = {
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
