import type { JobHandlers, JobQueue } from '@granary/job-queue';
import { Inject, Injectable } from '@nestjs/common';
import { JOB_QUEUE } from '../database/tokens';
import { EventsService, OutboxRelay } from '../events';
import { MaintenanceService, MaintenanceStateService } from '../maintenance';
import { ReconcileService } from '../pushes';
import { WebhookJobsService } from '../webhooks';
import { SweepsService } from './sweeps.service';

/** Younger pushes may still be under way. */
const RECONCILE_AGE_MS = 60_000;

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
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
  ) {}

  private handlers(): JobHandlers {
    return {
      ...this.webhooks.handlers(),
      'outbox.prune': () => this.events.prune(),
      'pushes.reconcile': async () => void (await this.reconcile.sweep(RECONCILE_AGE_MS)),
      'hub.tidy': () => this.sweeps.tidy(),
      'maintenance.sweep': () => this.maintenanceState.sweep(),
      'repository.maintain': async ({ payload, signal }) =>
        void (await this.maintenance.run(payload.repositoryId, { signal })),
    };
  }

  async start(): Promise<void> {
    await this.queue.startWorkers({ handlers: this.handlers() });
    this.relay.start();
  }

  /** The workers themselves end with the queue, which grants running jobs their grace; a repack need not be waited for. */
  async stop(): Promise<void> {
    this.maintenance.stop();
    await this.relay.stop();
  }
}
