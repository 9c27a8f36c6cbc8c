import { UpdatePushRules } from '@granary/api-contract';
import { PushRulesService, type OpenRepository } from '@granary/forge';
import { Body, Controller, Get, Patch } from '@nestjs/common';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { zodBody } from '../zod-body';

/** What the repository asks of each push. */
@Controller('api/v3/repos/:ns/:repo/push-rules')
@Surface('rest')
export class PushRulesController {
  constructor(private readonly rules: PushRulesService) {}

  @Get()
  @InRepository('maintain')
  get(@Opened() { repository }: OpenRepository) {
    return this.rules.get(repository.id);
  }

  @Patch()
  @InRepository('admin')
  update(@Opened() { repository }: OpenRepository, @Body(zodBody(UpdatePushRules)) change: UpdatePushRules) {
    return this.rules.update(repository.id, change);
  }
}
