import { CreateSshKey } from '@granary/api-contract';
import { SshKeysService, type UserActor } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CurrentUser, SignedIn } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { OutsideAddresses } from '../outside';
import { presentSshKey } from '../presenters/credential.presenter';
import { notFoundUnless, routeId } from '../route-id';
import { AskedPage, PagedList } from '../paged-list';
import type { Page } from '../pagination';
import { zodBody } from '../zod-body';

@Controller(['api/v3/user/keys', 'api/user/keys'])
@Surface('rest')
export class SshKeysController {
  constructor(
    private readonly keys: SshKeysService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Get()
  @PagedList()
  @SignedIn('keys.list')
  async list(@CurrentUser() actor: UserActor, @AskedPage() page: Page) {
    const { rows, total } = await this.keys.list(actor.userId, page);
    return { rows: rows.map((key) => presentSshKey(key, this.outside.baseUrl)), total };
  }

  @Post()
  @SignedIn('ssh_keys.add')
  async create(@CurrentUser() actor: UserActor, @Body(zodBody(CreateSshKey)) wish: CreateSshKey) {
    const { title } = wish;
    const key = await this.keys.create(actor.userId, wish.key, { title, expiresAt: actor.expiresAt });
    return presentSshKey(key, this.outside.baseUrl);
  }

  @Get(':id')
  @SignedIn('keys.list')
  async one(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    const key = await this.keys.find(actor.userId, routeId(id));
    if (!key) throw new DomainError('not_found', 'Not Found');
    return presentSshKey(key, this.outside.baseUrl);
  }

  @Delete(':id')
  @SignedIn('keys.remove')
  @HttpCode(204)
  async remove(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    notFoundUnless(await this.keys.remove(actor.userId, routeId(id)));
  }
}
