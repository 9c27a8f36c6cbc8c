import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ArchiveCacheService } from '../archives';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { LfsCollectionService } from '../lfs';
import { GitPurgeService, PurgeRequestsService } from '../maintenance';
import { RecountService } from './recount.service';
import type { HubQueue } from './catalogue';

/** LFS objects that were shown within an hour may belong to a push under way: they go with a second look. */
const FOLLOW_UP_MS = 65 * 60_000;

/**
 * A purge, all of it: git objects that no ref reaches, and with them archives that were made, and LFS objects that
 * nothing names. What serves packs and objects from memory notices by itself (`purgeGeneration`).
 */
@Injectable()
export class PurgeJobService {
  constructor(
    private readonly requests: PurgeRequestsService,
    private readonly objects: GitPurgeService,
    private readonly archives: ArchiveCacheService,
    private readonly collection: LfsCollectionService,
    private readonly recount: RecountService,
    @Inject(JOB_QUEUE) private readonly queue: HubQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws Error where it must be tried again. */
  async run({ repositoryId, isFollowUp }: { repositoryId: number; isFollowUp: boolean }, signal: AbortSignal) {
    const startedAt = this.clock.now();
    if (!isFollowUp) {
      const outcome = await this.objects.run(repositoryId, signal);
      if (outcome === 'gone') return;
      if (outcome === 'busy') throw new Error(`another process works on the repository ${repositoryId}`);
      if (outcome === 'restored') throw new Error(`a push to the repository ${repositoryId} counted on old objects`);
      await this.archives.forget(repositoryId);
      await this.recount.measureGit(repositoryId);
    }
    const { outcome } = await this.collection.run(repositoryId, { dryRun: false, isPurge: true, signal });
    if (outcome === 'busy') throw new Error(`another process works on the repository ${repositoryId}`);
    if (isFollowUp) return;
    await this.requests.finish(repositoryId, startedAt);
    const jobId = `${repositoryId}-after-${startedAt.getTime()}`;
    await this.queue.enqueue('repository.purge', { repositoryId, isFollowUp: true }, { jobId, delayMs: FOLLOW_UP_MS });
  }
}
