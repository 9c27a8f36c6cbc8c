import { routes } from '@granary/api-contract';
import type { Config } from '@granary/runtime';
import { Controller, Inject } from '@nestjs/common';
import { Anyone } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { CONFIG } from '../../tokens';
import { OutsideAddresses } from '../outside';
import { Route } from '../route';
import { openApiOf } from './openapi';

/** The API, described for programs. */
@Controller()
@Surface('rest')
@Anyone()
export class OpenApiController {
  private document: ReturnType<typeof openApiOf> | undefined;

  constructor(
    private readonly outside: OutsideAddresses,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Route(routes.getOpenApi)
  read() {
    const { version } = this.config;
    return (this.document ??= openApiOf(routes, { baseUrl: this.outside.baseUrl, version }));
  }
}
