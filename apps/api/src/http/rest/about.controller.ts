import { routes } from '@granary/api-contract';
import { systemClock } from '@granary/kernel';
import type { Config } from '@granary/runtime';
import { Controller, Header, Inject } from '@nestjs/common';
import { Anyone } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { Route } from '../route';
import { CONFIG } from '../../tokens';
import { OutsideAddresses } from '../outside';
import { rootAddresses } from '../presenters/root.presenter';

/** The description of GitHub's API whose paths and fields the hub's follow. */
const API_VERSION = '2022-11-28';
/** No request is counted: what programs read of it is that there is always more left. */
const REQUESTS_AN_HOUR = 15_000;
const HOUR_SECONDS = 3600;

const ZEN = [
  'Every byte that was acknowledged is still here tomorrow.',
  'A large file is a file.',
  'Say what happened, why, and what to do next.',
];

/** What programs ask of an API before they ask for anything else. */
@Controller()
@Surface('rest')
@Anyone()
export class AboutController {
  constructor(
    private readonly outside: OutsideAddresses,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Route(routes.getRoot)
  root() {
    return rootAddresses(this.outside.baseUrl);
  }

  @Route(routes.getMeta)
  meta() {
    return { verifiable_password_authentication: true, installed_version: this.config.version };
  }

  @Route(routes.listVersions)
  versions() {
    return [API_VERSION];
  }

  @Route(routes.getZen)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  zen() {
    return ZEN[Math.floor(systemClock.now().getTime() / 1000) % ZEN.length];
  }

  @Route(routes.getRateLimit)
  rateLimit() {
    const reset = Math.floor(systemClock.now().getTime() / 1000) + HOUR_SECONDS;
    const rate = { limit: REQUESTS_AN_HOUR, remaining: REQUESTS_AN_HOUR, reset, used: 0 };
    return { resources: { core: rate, search: rate, graphql: { limit: 0, remaining: 0, reset, used: 0 } }, rate };
  }
}
