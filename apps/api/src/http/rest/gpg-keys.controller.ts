import { routes, type CreateGpgKey } from '@granary/api-contract';
import { AccountsService, GpgKeysService, type UserActor } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Param } from '@nestjs/common';
import { CurrentUser, SignedIn } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { presentGpgKey } from '../presenters/credential.presenter';
import { BodyOf, PagedRoute, Route } from '../route';
import { notFoundUnless, routeId } from '../route-id';
import { AskedPage } from '../paged-list';
import type { Page } from '../pagination';

@Controller()
@Surface('rest')
export class GpgKeysController {
  constructor(
    private readonly keys: GpgKeysService,
    private readonly accounts: AccountsService,
  ) {}

  @PagedRoute(routes.listGpgKeys)
  @SignedIn('keys.list')
  async list(@CurrentUser() actor: UserActor, @AskedPage() page: Page) {
    const [{ rows, total }, email] = await Promise.all([this.keys.list(actor.userId, page), this.emailOf(actor)]);
    return { rows: rows.map((key) => presentGpgKey(key, email)), total };
  }

  @Route(routes.createGpgKey)
  @SignedIn('gpg_keys.add')
  async create(@CurrentUser() actor: UserActor, @BodyOf(routes.createGpgKey) body: CreateGpgKey) {
    const key = await this.keys.create(actor.userId, body.armored_public_key, body.name);
    return presentGpgKey(key, await this.emailOf(actor));
  }

  @Route(routes.getGpgKey)
  @SignedIn('keys.list')
  async one(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    const key = await this.keys.find(actor.userId, routeId(id));
    if (!key) throw new DomainError('not_found', 'Not Found');
    return presentGpgKey(key, await this.emailOf(actor));
  }

  @Route(routes.deleteGpgKey)
  @SignedIn('keys.remove')
  async remove(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    notFoundUnless(await this.keys.remove(actor.userId, routeId(id)));
  }

  private async emailOf(actor: UserActor): Promise<string | null> {
    return (await this.accounts.byId(actor.userId))?.email ?? null;
  }
}
