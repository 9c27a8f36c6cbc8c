import { HandlerTable, type JobPayload } from '@granary/job-queue';
import { Injectable } from '@nestjs/common';
import { LfsCollectionStateService } from './collection-state.service';
import type { CollectionJobs } from './jobs';
import { LfsCollectionService } from './lfs-collection.service';
import { LfsPurgeService } from './lfs-purge.service';
import { LfsScrubService } from './lfs-scrub.service';

/** Shorter than the time between two runs. */
const SCRUB_MS = 3_000_000;

/** Handles the jobs of the collection. */
@Injectable()
export class LfsCollectionJobsService {
  constructor(
    private readonly collection: LfsCollectionService,
    state: LfsCollectionStateService,
    purge: LfsPurgeService,
    scrub: LfsScrubService,
    handlers: HandlerTable,
  ) {
    handlers.add<CollectionJobs>({
      'lfs.collect.sweep': () => state.sweep(),
      'lfs.collect': ({ payload, signal }) => this.collect(payload, signal),
      'lfs.purge': async ({ signal }) => void (await purge.all(signal)),
      'lfs.scrub': async ({ signal }) => void (await scrub.run({ signal, maxMs: SCRUB_MS })),
    });
  }

  private async collect(
    { repositoryId, dryRun }: JobPayload<CollectionJobs, 'lfs.collect'>,
    signal: AbortSignal,
  ): Promise<void> {
    const { outcome } = await this.collection.run(repositoryId, { dryRun, signal });
    // Somebody repacks the repository: the queue tries again in a while.
    if (outcome === 'busy') throw new Error(`another process works on the repository ${repositoryId}`);
  }
}
