import { routes, type QueueReport } from '@granary/api-contract';
import { QueueReportService } from '@granary/forge';
import { Controller, Param } from '@nestjs/common';
import { SiteAdmin } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { presentQueues } from '../presenters/queue.presenter';
import { Route } from '../route';

/** What waits in the outbox and the queues, and what failed for good. */
@Controller()
@Surface('rest')
export class QueuesController {
  constructor(private readonly queues: QueueReportService) {}

  @Route(routes.getQueues)
  @SiteAdmin()
  async report(): Promise<QueueReport> {
    return presentQueues(await this.queues.report());
  }

  @Route(routes.retryFailures)
  @SiteAdmin()
  async retryAll(): Promise<{ retried: number }> {
    return { retried: await this.queues.retryAll() };
  }

  @Route(routes.retryFailure)
  @SiteAdmin()
  async retry(@Param('id') id: string): Promise<void> {
    await this.queues.retry(id);
  }
}
