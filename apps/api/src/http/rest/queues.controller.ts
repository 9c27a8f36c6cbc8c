import type { QueueReport } from '@granary/api-contract';
import { QueueReportService } from '@granary/forge';
import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { SiteAdmin } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { presentQueues } from '../presenters/queue.presenter';

/** What waits in the outbox and the queues, and what failed for good. */
@Controller('api/v3/admin/queues')
@Surface('rest')
export class QueuesController {
  constructor(private readonly queues: QueueReportService) {}

  @Get()
  @SiteAdmin()
  async report(): Promise<QueueReport> {
    return presentQueues(await this.queues.report());
  }

  @Post('failures/retry')
  @HttpCode(200)
  @SiteAdmin()
  async retryAll(): Promise<{ retried: number }> {
    return { retried: await this.queues.retryAll() };
  }

  @Post('failures/:id/retry')
  @HttpCode(204)
  @SiteAdmin()
  async retry(@Param('id') id: string): Promise<void> {
    await this.queues.retry(id);
  }
}
