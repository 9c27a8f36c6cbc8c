import { HandlerTable, type JobQueue } from '@granary/job-queue';
import { Inject, Injectable } from '@nestjs/common';
import { JOB_QUEUE } from '../database/tokens';
import { EventsService, OutboxRelay } from '../events';
import { LfsCollectionService, LfsScrubService } from '../lfs';
import { MaintenanceService, MaintenanceStateService, PurgeRequestsService } from '../maintenance';
import { PurgeJobService } from './purge-job.service';
import { JobFailuresService } from './job-failures.service';
import { RecountService } from './recount.service';
import { SweepsService } from './sweeps.service';
import type { AUDIT_JOBS } from '../audit/jobs';
import type { OUTBOX_JOBS } from '../events/jobs';
import type { MaintenanceJobs } from '../maintenance/jobs';
import type { HUB_JOBS } from './jobs';

/** The jobs that take more than one feature. */
type CombinedJobs = typeof OUTBOX_JOBS & typeof AUDIT_JOBS & typeof HUB_JOBS & MaintenanceJobs;

/** Everything that happens outside a request: the outbox relay and the queues' workers. */
@Injectable()
export class WorkService {
  constructor(
    private readonly relay: OutboxRelay,
    events: EventsService,
    sweeps: SweepsService,
    private readonly maintenance: MaintenanceService,
    maintenanceState: MaintenanceStateService,
    purgeRequests: PurgeRequestsService,
    private readonly collection: LfsCollectionService,
    private readonly scrub: LfsScrubService,
    recount: RecountService,
    purgeJob: PurgeJobService,
    private readonly failures: JobFailuresService,
    private readonly handlers: HandlerTable,
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
  ) {
    handlers.add<CombinedJobs>({
      'outbox.prune': async () => {
        await events.prune();
        await failures.prune();
      },
      'audit.prune': ({ signal }) => sweeps.pruneAudit(signal),
      'hub.tidy': () => sweeps.tidy(),
      'maintenance.sweep': async () => {
        await maintenanceState.sweep();
        await purgeRequests.sweep();
      },
      'repository.purge': ({ payload, signal }) => purgeJob.run(payload, signal),
      'repository.maintain': async ({ payload, signal }) => {
        await maintenance.run(payload.repositoryId, { signal });
        await recount.measureGit(payload.repositoryId);
      },
    });
  }

  async start(): Promise<void> {
    await this.queue.startWorkers({
      handlers: this.failures.watching(this.handlers.all()),
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
