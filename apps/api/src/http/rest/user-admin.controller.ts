import { routes, type AccessToken as TokenView, type AdminUser, type ChangeUser } from '@granary/api-contract';
import {
  AccessTokensService,
  AccountLifecycleService,
  AccountsService,
  RepositoryListsService,
  type Listed,
  type User,
} from '@granary/forge';
import { Controller, Param } from '@nestjs/common';
import { SiteAdmin } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { OutsideAddresses } from '../outside';
import { AskedPage } from '../paged-list';
import type { Page } from '../pagination';
import { presentToken } from '../presenters/credential.presenter';
import { presentAdminUser } from '../presenters/user.presenter';
import { BodyOf, PagedRoute, Route } from '../route';
import { notFoundUnless, routeId } from '../route-id';

/** The accounts of others, for site administrators; `suspended` as GitHub Enterprise Server has it. */
@Controller()
@Surface('rest')
@SiteAdmin()
export class UserAdminController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly lifecycle: AccountLifecycleService,
    private readonly tokens: AccessTokensService,
    private readonly lists: RepositoryListsService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.getAccount)
  async show(@Param('name') name: string): Promise<AdminUser> {
    return this.present(await this.accounts.requireByName(name));
  }

  @Route(routes.changeAccount)
  async change(@Param('name') name: string, @BodyOf(routes.changeAccount) body: ChangeUser): Promise<AdminUser> {
    let user = await this.accounts.requireByName(name);
    if (body.password !== undefined) user = await this.lifecycle.resetPassword(user.id, body.password);
    if (body.site_admin !== undefined) user = await this.lifecycle.setAdmin(user.id, body.site_admin);
    if (body.active !== undefined) user = await this.lifecycle.setActive(user.id, body.active);
    return this.present(user);
  }

  @Route(routes.deleteAccount)
  async remove(@Param('name') name: string): Promise<void> {
    await this.lifecycle.remove((await this.accounts.requireByName(name)).id);
  }

  @Route(routes.suspendUser)
  async suspend(@Param('name') name: string): Promise<void> {
    await this.lifecycle.setActive((await this.accounts.requireByName(name)).id, false);
  }

  @Route(routes.unsuspendUser)
  async unsuspend(@Param('name') name: string): Promise<void> {
    await this.lifecycle.setActive((await this.accounts.requireByName(name)).id, true);
  }

  @PagedRoute(routes.listTokensOfUser)
  async listTokens(@Param('name') name: string, @AskedPage() page: Page): Promise<Listed<TokenView>> {
    const { id } = await this.accounts.requireByName(name);
    const { rows, total } = await this.tokens.list(id, page);
    const names = await this.lists.fullNames(rows.flatMap((token) => token.repositoryIds ?? []));
    return { rows: rows.map((token) => presentToken(token, names)), total };
  }

  @Route(routes.revokeTokenOfUser)
  async revokeToken(@Param('name') name: string, @Param('id') tokenId: string): Promise<void> {
    const { id } = await this.accounts.requireByName(name);
    notFoundUnless(await this.tokens.revoke(id, routeId(tokenId)));
  }

  private async present(user: User): Promise<AdminUser> {
    const repositories = (await this.lists.countsOf([user.id])).get(user.id);
    return presentAdminUser(user, { baseUrl: this.outside.baseUrl, repositories });
  }
}
