import { routes, type CreateSshKey } from '@granary/api-contract';
import { SshKeysService, type UserActor } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Param } from '@nestjs/common';
import { CurrentUser, SignedIn } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { OutsideAddresses } from '../outside';
import { presentSshKey } from '../presenters/credential.presenter';
import { BodyOf, PagedRoute, Route } from '../route';
import { notFoundUnless, routeId } from '../route-id';
import { AskedPage } from '../paged-list';
import type { Page } from '../pagination';

@Controller()
@Surface('rest')
export class SshKeysController {
  constructor(
    private readonly keys: SshKeysService,
    private readonly outside: OutsideAddresses,
  ) {}

  @PagedRoute(routes.listSshKeys)
  @SignedIn('keys.list')
  async list(@CurrentUser() actor: UserActor, @AskedPage() page: Page) {
    const { rows, total } = await this.keys.list(actor.userId, page);
    return { rows: rows.map((key) => presentSshKey(key, this.outside.baseUrl)), total };
  }

  @Route(routes.createSshKey)
  @SignedIn('ssh_keys.add')
  async create(@CurrentUser() actor: UserActor, @BodyOf(routes.createSshKey) body: CreateSshKey) {
    const { title } = body;
    const key = await this.keys.create(actor.userId, body.key, { title, expiresAt: actor.expiresAt });
    return presentSshKey(key, this.outside.baseUrl);
  }

  @Route(routes.getSshKey)
  @SignedIn('keys.list')
  async one(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    const key = await this.keys.find(actor.userId, routeId(id));
    if (!key) throw new DomainError('not_found', 'Not Found');
    return presentSshKey(key, this.outside.baseUrl);
  }

  @Route(routes.deleteSshKey)
  @SignedIn('keys.remove')
  async remove(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    notFoundUnless(await this.keys.remove(actor.userId, routeId(id)));
  }
}
