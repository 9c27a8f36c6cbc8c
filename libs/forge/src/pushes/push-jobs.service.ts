import { HandlerTable } from '@granary/job-queue';
import { Injectable } from '@nestjs/common';
import type { PUSH_JOBS } from './jobs';
import { ReconcileService } from './reconcile.service';

/** Younger pushes may still be under way. */
const RECONCILE_AGE_MS = 60_000;

/** Handles the jobs of pushes. */
@Injectable()
export class PushJobsService {
  constructor(reconcile: ReconcileService, handlers: HandlerTable) {
    handlers.add<typeof PUSH_JOBS>({
      'pushes.reconcile': async () => void (await reconcile.sweep(RECONCILE_AGE_MS)),
    });
  }
}
