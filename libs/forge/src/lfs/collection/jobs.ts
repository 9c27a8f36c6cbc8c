import { defineJobs, NO_PAYLOAD } from '@granary/job-queue';
import { z } from 'zod';

export const COLLECTION_JOBS = defineJobs({
  /** Asks for a collection in each repository to which something happened. */
  'lfs.collect.sweep': {
    queue: 'maintenance',
    payload: NO_PAYLOAD,
    attempts: 1,
    backoffMs: 1_000,
    everySeconds: 21_600,
  },
  /** LFS objects of one repository that nothing names any more. */
  'lfs.collect': {
    queue: 'collections',
    payload: z.strictObject({ repositoryId: z.int().positive(), dryRun: z.boolean() }),
    attempts: 4,
    backoffMs: 300_000,
  },
  /** LFS objects that no repository has any more, and keys of the store that nobody knows. */
  'lfs.purge': { queue: 'collections', payload: NO_PAYLOAD, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
  /** Reads LFS objects again that were not read for long. */
  'lfs.scrub': { queue: 'scrubs', payload: NO_PAYLOAD, attempts: 1, backoffMs: 1_000, everySeconds: 3_600 },
});
export type CollectionJobs = typeof COLLECTION_JOBS;
