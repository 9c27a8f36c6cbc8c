import { defineJobs, NO_PAYLOAD } from '@granary/job-queue';

export const AUDIT_JOBS = defineJobs({
  /** Audit entries that are older than the hub keeps them. */
  'audit.prune': { queue: 'maintenance', payload: NO_PAYLOAD, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
});
