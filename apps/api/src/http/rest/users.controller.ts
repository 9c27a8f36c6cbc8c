import { routes, type AdminUser, type CreateUser, type UpdateProfile } from '@granary/api-contract';
import {
  AccountsService,
  GHOST,
  mayAdministerSite,
  RepositoryListsService,
  userIdOf,
  type Actor,
  type User,
  type UserActor,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Anyone, CurrentActor, CurrentUser, SignedIn, SiteAdmin } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { pageOf, sendPage } from '../pagination';
import { presentAdminUser, presentGhost, presentOwnTotals, presentProfile } from '../presenters/user.presenter';
import { BodyOf, Route } from '../route';
import { noteLastModified } from './rest-answers.interceptor';

@Controller()
@Surface('rest')
export class UsersController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly lists: RepositoryListsService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.getSelf)
  @SignedIn('profile.read')
  async self(@CurrentUser() actor: UserActor, @Res({ passthrough: true }) response: Response) {
    const user = await this.require(actor.userId);
    noteLastModified(response, [user.updatedAt]);
    return this.presentSelf(user, actor);
  }

  @Route(routes.updateSelf)
  @SignedIn('profile.change')
  async update(@CurrentUser() actor: UserActor, @BodyOf(routes.updateSelf) change: UpdateProfile) {
    const user = await this.accounts.updateProfile(actor.userId, { fullName: change.name, email: change.email });
    return this.presentSelf(user, actor);
  }

  @Route(routes.getUser)
  @Anyone()
  async byName(
    @Param('name') name: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) response: Response,
  ) {
    const user = await this.accounts.byName(name);
    if (!user && name.toLowerCase() === GHOST) return presentGhost(this.outside.baseUrl);
    if (!user) throw new DomainError('not_found', `There is no user "${name}".`);
    noteLastModified(response, [user.updatedAt]);
    return this.present(user, actor);
  }

  @Route(routes.listUsers)
  @SiteAdmin()
  async list(
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AdminUser[]> {
    const page = pageOf(query);
    const [rows, total] = await Promise.all([this.accounts.list(page), this.accounts.count()]);
    const users = sendPage(rows, page, { request, response, baseUrl: this.outside.baseUrl, total });
    const counts = await this.lists.countsOf(users.map(({ id }) => id));
    const baseUrl = this.outside.baseUrl;
    return users.map((user) => presentAdminUser(user, { baseUrl, repositories: counts.get(user.id) }));
  }

  @Route(routes.createUser)
  @SiteAdmin()
  async create(@CurrentActor() actor: Actor, @BodyOf(routes.createUser) body: CreateUser) {
    const { login, password, email, name, site_admin } = body;
    const user = await this.accounts.create({ name: login, password, email, fullName: name, isAdmin: site_admin });
    return this.present(user, actor);
  }

  private async require(userId: number): Promise<User> {
    const user = await this.accounts.byId(userId);
    if (!user) throw new DomainError('unauthenticated', 'Requires authentication');
    return user;
  }

  /** A token that is limited to some repositories learns nothing of the others. */
  private async presentSelf(user: User, actor: UserActor) {
    const profile = await this.present(user, actor);
    if (actor.repositoryIds) return profile;
    return { ...profile, ...presentOwnTotals(await this.lists.ownTotals(user.id)) };
  }

  private async present(user: User, actor: Actor) {
    const showEmail = userIdOf(actor) === user.id || mayAdministerSite(actor);
    const publicRepos = await this.lists.countPublic(user.id);
    return presentProfile(user, { baseUrl: this.outside.baseUrl, showEmail, publicRepos });
  }
}
