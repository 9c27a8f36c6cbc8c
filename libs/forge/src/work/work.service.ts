import type { JobHandlers, JobQueue } from '@granary/job-queue';
import { Inject, Injectable } from '@nestjs/common';
import { JOB_QUEUE } from '../database/tokens';
import { EventsService, OutboxRelay } from '../events';
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
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
  ) {}

  private handlers(): JobHandlers {
    return {
      ...this.webhooks.handlers(),
      'outbox.prune': () => this.events.prune(),
      'pushes.reconcile': async () => void (await this.reconcile.sweep(RECONCILE_AGE_MS)),
      'hub.tidy': () => this.sweeps.tidy(),
    };
  }

  async start(): Promise<void> {
    await this.queue.startWorkers({ handlers: this.handlers() });
    this.relay.start();
  }

  /** The workers themselves end with the queue, which grants running jobs their grace. */
  async stop(): Promise<void> {
    await this.relay.stop();
  }
}
