import type { JobHandlers } from '@granary/job-queue';
import { Inject, Injectable } from '@nestjs/common';
import { JOB_QUEUE } from '../database/tokens';
import { EventsService, OutboxRelay } from '../events';
import { LfsCollectionService, LfsCollectionStateService, LfsPurgeService, LfsScrubService } from '../lfs';
import { MaintenanceService, MaintenanceStateService, PurgeRequestsService } from '../maintenance';
import { ReconcileService } from '../pushes';
import { WebhookJobsService } from '../webhooks';
import { PurgeJobService } from './purge-job.service';
import { JobFailuresService } from './job-failures.service';
import { RecountService } from './recount.service';
import { SweepsService } from './sweeps.service';
import type { HubJobs, HubQueue } from './catalogue';

/** Younger pushes may still be under way. */
const RECONCILE_AGE_MS = 60_000;
/** Shorter than the time between two runs. */
const SCRUB_MS = 3_000_000;

/** Everything that happens outside a request: the outbox relay and the queues' workers. */
@Injectable()
export class WorkService {
  constructor(
    private readonly relay: OutboxRelay,
    private readonly events: EventsService,
    private readonly webhooks: WebhookJobsService,
    private readonly reconcile: ReconcileService,
    private readonly sweeps: SweepsService,
    private readonly maintenance: MaintenanceService,
    private readonly maintenanceState: MaintenanceStateService,
    private readonly collection: LfsCollectionService,
    private readonly collectionState: LfsCollectionStateService,
    private readonly purge: LfsPurgeService,
    private readonly scrub: LfsScrubService,
    private readonly recount: RecountService,
    private readonly purgeRequests: PurgeRequestsService,
    private readonly purgeJob: PurgeJobService,
    private readonly failures: JobFailuresService,
    @Inject(JOB_QUEUE) private readonly queue: HubQueue,
  ) {}

  private handlers(): JobHandlers<HubJobs> {
    const webhooks = this.webhooks.handlers();
    return {
      ...webhooks,
      'webhook.fanout': async (run) => {
        await webhooks['webhook.fanout'](run);
        // The repository may have more events than it may have with the queue at a time.
        this.relay.nudge();
      },
      'outbox.prune': async () => {
        await this.events.prune();
        await this.failures.prune();
      },
      'audit.prune': ({ signal }) => this.sweeps.pruneAudit(signal),
      'pushes.reconcile': async () => void (await this.reconcile.sweep(RECONCILE_AGE_MS)),
      'hub.tidy': () => this.sweeps.tidy(),
      'maintenance.sweep': async () => {
        await this.maintenanceState.sweep();
        await this.purgeRequests.sweep();
      },
      'repository.purge': ({ payload, signal }) => this.purgeJob.run(payload, signal),
      'repository.maintain': async ({ payload, signal }) => {
        await this.maintenance.run(payload.repositoryId, { signal });
        await this.recount.measureGit(payload.repositoryId);
      },
      'lfs.collect.sweep': () => this.collectionState.sweep(),
      'lfs.collect': ({ payload, signal }) => this.collect(payload, signal),
      'lfs.purge': async ({ signal }) => void (await this.purge.all(signal)),
      'lfs.scrub': async ({ signal }) => void (await this.scrub.run({ signal, maxMs: SCRUB_MS })),
    };
  }

  private async collect(wish: { repositoryId: number; dryRun: boolean }, signal: AbortSignal): Promise<void> {
    const { outcome } = await this.collection.run(wish.repositoryId, { dryRun: wish.dryRun, signal });
    // Somebody repacks the repository: the queue tries again in a while.
    if (outcome === 'busy') throw new Error(`another process works on the repository ${wish.repositoryId}`);
  }

  async start(): Promise<void> {
    await this.queue.startWorkers({
      handlers: this.failures.watching(this.handlers()),
      onGivenUp: (job) => this.failures.note(job),
    });
    this.relay.start();
  }

  /** The workers themselves end with the queue, which grants running jobs their grace; a repack need not be waited for. */
  async stop(): Promise<void> {
    this.maintenance.stop();
    this.collection.stop();
    this.scrub.stop();
    await this.relay.stop();
  }
}
