import { FORGE_OPTIONS, type ForgeOptions } from '@granary/forge';
import type { Config } from '@granary/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../tokens';
import type { Outside } from './presenters/repository.presenter';

/** Addresses for people and clients: from the configuration, never from a request's Host. */
@Injectable()
export class OutsideAddresses implements Outside {
  readonly baseUrl: string;
  readonly ssh: Outside['ssh'];

  constructor(@Inject(CONFIG) config: Config, @Inject(FORGE_OPTIONS) options: ForgeOptions) {
    this.baseUrl = options.baseUrl;
    this.ssh = config.sshPort === null ? null : { host: new URL(options.baseUrl).hostname, port: config.sshPort };
  }
}
