import { defineJobs, NO_PAYLOAD } from '@granary/job-queue';
import { z } from 'zod';

export const MAINTENANCE_JOBS = defineJobs({
  /** Asks for a run in each repository whose time has come. */
  'maintenance.sweep': {
    queue: 'maintenance',
    payload: NO_PAYLOAD,
    attempts: 1,
    backoffMs: 1_000,
    everySeconds: 3_600,
  },
  /** Packs, indexes and leftovers of one repository. When it is tried again stands in the repository's row. */
  'repository.maintain': {
    queue: 'repacks',
    payload: z.strictObject({ repositoryId: z.int().positive() }),
    attempts: 1,
    backoffMs: 1_000,
  },
  /** What no ref of one repository reaches, without a grace. It waits for pushes, and tries again beside other upkeep. */
  'repository.purge': {
    queue: 'repacks',
    payload: z.strictObject({ repositoryId: z.int().positive(), isFollowUp: z.boolean() }),
    attempts: 8,
    backoffMs: 15_000,
  },
});
export type MaintenanceJobs = typeof MAINTENANCE_JOBS;
