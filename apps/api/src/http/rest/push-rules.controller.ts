import { routes, type PushRules, type UpdatePushRules } from '@granary/api-contract';
import { PushRulesService, type OpenRepository } from '@granary/forge';
import { Controller } from '@nestjs/common';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { BodyOf, Route } from '../route';

/** What the repository asks of each push. */
@Controller()
@Surface('rest')
export class PushRulesController {
  constructor(private readonly rules: PushRulesService) {}

  @Route(routes.getPushRules)
  @InRepository('maintain')
  get(@Opened() { repository }: OpenRepository): Promise<PushRules> {
    return this.rules.get(repository.id);
  }

  @Route(routes.updatePushRules)
  @InRepository('admin')
  update(
    @Opened() { repository }: OpenRepository,
    @BodyOf(routes.updatePushRules) change: UpdatePushRules,
  ): Promise<PushRules> {
    return this.rules.update(repository.id, change);
  }
}
