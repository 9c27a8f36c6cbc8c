import { routes, type CreateRepository, type UpdateRepository, type Visibility } from '@granary/api-contract';
import {
  AccountsService,
  GHOST,
  InitialCommitService,
  RepositoriesService,
  RepositoryAccessService,
  RepositoryListsService,
  type Actor,
  type OpenRepository,
  type Repository,
  type UserActor,
} from '@granary/forge';
import { branchNamed } from '@granary/git-process';
import { DomainError, invalidField } from '@granary/kernel';
import { Controller, Param, Query, Req, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Anyone, CurrentActor, CurrentUser, InRepository, Opened, SignedIn } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { pageOf, sendPage } from '../pagination';
import { presentGithubRepositories, presentGithubRepository } from '../presenters/repository.presenter';
import { BodyOf, Route } from '../route';
import { noteLastModified } from './rest-answers.interceptor';

/** `private` and `visibility` say the same thing twice in GitHub's API: they may not disagree. */
function visibilityOf(body: { private?: boolean; visibility?: Visibility }): Visibility | undefined {
  if (body.visibility === undefined)
    return body.private === undefined ? undefined : body.private ? 'private' : 'public';
  if (body.private !== undefined && body.private !== (body.visibility !== 'public')) {
    throw invalidField(
      'visibility',
      `private: ${body.private} and visibility: "${body.visibility}" contradict each other`,
    );
  }
  return body.visibility;
}

@Controller()
@Surface('rest')
export class RepositoriesController {
  constructor(
    private readonly repositories: RepositoriesService,
    private readonly access: RepositoryAccessService,
    private readonly lists: RepositoryListsService,
    private readonly accounts: AccountsService,
    private readonly initialCommit: InitialCommitService,
    private readonly outside: OutsideAddresses,
  ) {}

  @Route(routes.listOwnRepositories)
  @SignedIn('repositories.list')
  async own(
    @CurrentUser() actor: UserActor,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const page = pageOf(query);
    const [rows, total] = await Promise.all([this.lists.ofUser(actor, page), this.lists.countOfUser(actor)]);
    return this.presentAll(actor, sendPage(rows, page, { ...this.at(request, response), total }));
  }

  @Route(routes.listRepositoriesOfUser)
  @Anyone()
  async ofUser(
    @Param('name') name: string,
    @CurrentActor() actor: Actor,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const namespace = await this.accounts.namespaceByName(name);
    if (!namespace && name.toLowerCase() === GHOST) return [];
    if (!namespace) throw new DomainError('not_found', 'Not Found');
    const page = pageOf(query);
    const [rows, total] = await Promise.all([
      this.lists.ofNamespace(actor, namespace.id, page),
      this.lists.countOfNamespace(actor, namespace.id),
    ]);
    return this.presentAll(actor, sendPage(rows, page, { ...this.at(request, response), total }));
  }

  @Route(routes.searchRepositories)
  @Anyone()
  async search(
    @CurrentActor() actor: Actor,
    @Query() query: Record<string, unknown>,
    @Req() request: HubRequest,
    @Res({ passthrough: true }) response: Response,
  ) {
    const page = pageOf(query);
    const words = typeof query['q'] === 'string' ? query['q'] : '';
    const [sort, order] = [query['sort'], query['order']].map((value) =>
      typeof value === 'string' ? value : undefined,
    );
    const { repositories, total } = await this.lists.explore(actor, words, { ...page, sort, order });
    const rows = sendPage(repositories, page, { ...this.at(request, response), total });
    const found = await this.presentAll(actor, rows);
    // GitHub orders by how well each matches; here the newest come first.
    const items = found.map((repository) => ({ ...repository, score: 1 }));
    return { total_count: total, incomplete_results: false, items };
  }

  @Route(routes.createRepository)
  @SignedIn('repositories.create')
  async create(@CurrentUser() actor: UserActor, @BodyOf(routes.createRepository) body: CreateRepository) {
    const repository = await this.repositories.create(actor, {
      namespace: actor.name,
      name: body.name,
      description: body.description,
      visibility: visibilityOf(body),
      defaultBranch: body.default_branch && branchNamed(body.default_branch, 'main'),
      objectFormat: body.object_format,
    });
    const author = body.auto_init ? await this.accounts.byId(actor.userId) : null;
    if (author) await this.initialCommit.create(repository, { actor, author });
    const opened = await this.access.byId(actor, repository.id);
    return this.presentOne(opened?.repository ?? repository, opened?.role ?? 'admin');
  }

  @Route(routes.getRepository)
  @InRepository('read')
  one(@Opened() opened: OpenRepository, @Res({ passthrough: true }) response: Response) {
    noteLastModified(response, [opened.repository.updatedAt, opened.repository.pushedAt]);
    return this.presentOne(opened.repository, opened.role);
  }

  @Route(routes.updateRepository)
  @InRepository('admin')
  async update(
    @CurrentActor() actor: Actor,
    @Opened() { repository, role }: OpenRepository,
    @BodyOf(routes.updateRepository) body: UpdateRepository,
  ) {
    const changed = await this.repositories.update(actor, repository, {
      name: body.name,
      description: body.description,
      visibility: visibilityOf(body),
      defaultBranch: body.default_branch && branchNamed(body.default_branch, repository.defaultBranch),
    });
    return this.presentOne(changed, role);
  }

  @Route(routes.deleteRepository)
  @InRepository('admin')
  async remove(@CurrentActor() actor: Actor, @Opened() { repository }: OpenRepository) {
    await this.repositories.delete(actor, repository);
  }

  private at(request: HubRequest, response: Response) {
    return { request, response, baseUrl: this.outside.baseUrl };
  }

  /** With what only the repository itself knows, which lists do without: each would be read for it. */
  private async presentOne(repository: Repository, role: OpenRepository['role']) {
    const view = presentGithubRepository(repository, role, this.outside);
    return { ...view, object_format: await this.repositories.objectFormat(repository) };
  }

  private presentAll(actor: Actor, repositories: Repository[]) {
    return presentGithubRepositories(repositories, { actor, access: this.access, outside: this.outside });
  }
}
