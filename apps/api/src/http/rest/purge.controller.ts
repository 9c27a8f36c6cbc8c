import { routes, type PurgeState } from '@granary/api-contract';
import { PurgeRequestsService, type OpenRepository, type PurgeState as PurgeFacts } from '@granary/forge';
import { Controller } from '@nestjs/common';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { Route } from '../route';

function presentPurge({ requestedAt, purgedAt }: PurgeFacts): PurgeState {
  return { requested_at: requestedAt?.toISOString() ?? null, purged_at: purgedAt?.toISOString() ?? null };
}

/** What no branch or tag reaches any more, gone at once instead of after its graces (docs/purge.md). */
@Controller()
@Surface('rest')
@InRepository('admin')
export class PurgeController {
  constructor(private readonly requests: PurgeRequestsService) {}

  @Route(routes.getPurge)
  async state(@Opened() { repository }: OpenRepository): Promise<PurgeState> {
    return presentPurge(await this.requests.get(repository.id));
  }

  /** It waits for pushes and rewrites packs: it is asked for, and done by a worker. */
  @Route(routes.requestPurge)
  async purge(@Opened() { repository }: OpenRepository): Promise<PurgeState> {
    return presentPurge(await this.requests.request(repository));
  }
}
