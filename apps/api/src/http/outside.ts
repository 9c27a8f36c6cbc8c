import { FORGE_OPTIONS, type ForgeOptions } from '@granary/forge';
import { Inject, Injectable } from '@nestjs/common';
import type { Outside } from './presenters/repository.presenter';

/** Addresses for people and clients: from the configuration, never from a request's Host. */
@Injectable()
export class OutsideAddresses implements Outside {
  readonly baseUrl: string;
  readonly ssh: Outside['ssh'];

  constructor(@Inject(FORGE_OPTIONS) options: ForgeOptions) {
    this.baseUrl = options.baseUrl;
    this.ssh = options.ssh;
  }
}
