import type { RepositoryStorage } from '@granary/api-contract';
import {
  classOf,
  mayReadQuota,
  QuotaReportService,
  repositoryNotFound,
  type Actor,
  type OpenRepository,
} from '@granary/forge';
import { Controller, Get } from '@nestjs/common';
import { CurrentActor, InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';

/** Page model of a repository's storage settings; what its directories hold is at `/lfs/usage` of the REST API. */
@Controller('api/web/repos/:ns/:repo/storage')
@Surface('web')
export class StorageController {
  constructor(private readonly report: QuotaReportService) {}

  @Get()
  @InRepository('maintain')
  async storage(
    @CurrentActor() actor: Actor,
    @Opened() { repository: { id: repositoryId, namespace, visibility } }: OpenRepository,
  ): Promise<RepositoryStorage> {
    const storageClass = classOf(visibility);
    const { repository, quota } = await this.report.ofRepository(namespace, { repositoryId, storageClass });
    if (!repository) throw repositoryNotFound();
    return { repository, class: storageClass, quota, may_see_namespace: mayReadQuota(actor, namespace) };
  }
}
