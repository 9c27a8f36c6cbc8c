import { CreateAccessToken } from '@granary/api-contract';
import {
  AccessTokensService,
  fullName,
  RepositoryAccessService,
  RepositoryListsService,
  type UserActor,
} from '@granary/forge';
import { invalidField } from '@granary/kernel';
import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { CurrentUser, SignedIn } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { presentToken } from '../presenters/credential.presenter';
import { notFoundUnless, routeId } from '../route-id';
import { AskedPage, PagedList } from '../paged-list';
import type { Page } from '../pagination';
import { zodBody } from '../zod-body';

@Controller('api/v3/user/tokens')
@Surface('rest')
export class TokensController {
  constructor(
    private readonly tokens: AccessTokensService,
    private readonly repositories: RepositoryAccessService,
    private readonly lists: RepositoryListsService,
  ) {}

  @Get()
  @PagedList()
  @SignedIn('tokens.list')
  async list(@CurrentUser() actor: UserActor, @AskedPage() page: Page) {
    const { rows, total } = await this.tokens.list(actor.userId, page);
    const names = await this.lists.fullNames(rows.flatMap((token) => token.repositoryIds ?? []));
    return { rows: rows.map((token) => presentToken(token, names)), total };
  }

  @Post()
  @SignedIn('tokens.create')
  @Header('Cache-Control', 'no-store')
  async create(@CurrentUser() actor: UserActor, @Body(zodBody(CreateAccessToken)) wish: CreateAccessToken) {
    const limitedTo = wish.repositories ? await this.resolve(actor, wish.repositories) : null;
    const { token, secret } = await this.tokens.create(actor, {
      name: wish.name,
      scopes: wish.scopes,
      repositoryIds: limitedTo && [...limitedTo.keys()],
      expiresAt:
        wish.expires_at === undefined || wish.expires_at === null ? wish.expires_at : new Date(wish.expires_at),
    });
    return { ...presentToken(token, limitedTo ?? new Map()), token: secret };
  }

  private async resolve(actor: UserActor, paths: string[]): Promise<Map<number, string>> {
    const found = new Map<number, string>();
    for (const path of paths) {
      const [namespace = '', name = ''] = path.split('/');
      const opened = await this.repositories.find(actor, { namespace, name });
      if (!opened) throw invalidField('repositories', `There is no repository "${path}" that you may read.`);
      found.set(opened.repository.id, fullName(opened.repository));
    }
    return found;
  }

  @Delete(':id')
  @SignedIn('tokens.revoke')
  @HttpCode(204)
  async revoke(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    notFoundUnless(await this.tokens.revoke(actor.userId, routeId(id)));
  }
}
