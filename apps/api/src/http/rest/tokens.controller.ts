import { routes, type CreateAccessToken } from '@granary/api-contract';
import {
  AccessTokensService,
  fullName,
  RepositoryAccessService,
  RepositoryListsService,
  type UserActor,
} from '@granary/forge';
import { invalidField } from '@granary/kernel';
import { Controller, Header, Param } from '@nestjs/common';
import { CurrentUser, SignedIn } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { presentToken } from '../presenters/credential.presenter';
import { BodyOf, PagedRoute, Route } from '../route';
import { notFoundUnless, routeId } from '../route-id';
import { AskedPage } from '../paged-list';
import type { Page } from '../pagination';

@Controller()
@Surface('rest')
export class TokensController {
  constructor(
    private readonly tokens: AccessTokensService,
    private readonly repositories: RepositoryAccessService,
    private readonly lists: RepositoryListsService,
  ) {}

  @PagedRoute(routes.listTokens)
  @SignedIn('tokens.list')
  async list(@CurrentUser() actor: UserActor, @AskedPage() page: Page) {
    const { rows, total } = await this.tokens.list(actor.userId, page);
    const names = await this.lists.fullNames(rows.flatMap((token) => token.repositoryIds ?? []));
    return { rows: rows.map((token) => presentToken(token, names)), total };
  }

  @Route(routes.createToken)
  @SignedIn('tokens.create')
  @Header('Cache-Control', 'no-store')
  async create(@CurrentUser() actor: UserActor, @BodyOf(routes.createToken) body: CreateAccessToken) {
    const limitedTo = body.repositories ? await this.resolve(actor, body.repositories) : null;
    const { token, secret } = await this.tokens.create(actor, {
      name: body.name,
      scopes: body.scopes,
      repositoryIds: limitedTo && [...limitedTo.keys()],
      expiresAt:
        body.expires_at === undefined || body.expires_at === null ? body.expires_at : new Date(body.expires_at),
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

  @Route(routes.revokeToken)
  @SignedIn('tokens.revoke')
  async revoke(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    notFoundUnless(await this.tokens.revoke(actor.userId, routeId(id)));
  }
}
