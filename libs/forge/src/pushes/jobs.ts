import { defineJobs, NO_PAYLOAD } from '@granary/job-queue';

export const PUSH_JOBS = defineJobs({
  /** Refs that moved while the hub was killed before it could record them. */
  'pushes.reconcile': { queue: 'maintenance', payload: NO_PAYLOAD, attempts: 1, backoffMs: 1_000, everySeconds: 60 },
});
