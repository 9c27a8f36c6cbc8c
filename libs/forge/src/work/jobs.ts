import { defineJobs, NO_PAYLOAD } from '@granary/job-queue';

export const HUB_JOBS = defineJobs({
  /** Expired sessions, stale uploads, repositories whose time to be restored is over. */
  'hub.tidy': { queue: 'maintenance', payload: NO_PAYLOAD, attempts: 3, backoffMs: 60_000, everySeconds: 3_600 },
});
