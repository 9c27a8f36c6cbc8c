import type { NamespacePage } from '@granary/api-contract';
import {
  AccountsService,
  fullName,
  mayCreateRepository,
  RepositoriesService,
  RepositoryAccessService,
  RepositoryListsService,
  type Actor,
  type ForgeOptions,
  FORGE_OPTIONS,
  type UserActor,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { Anyone, CurrentActor, CurrentUser, SignedIn } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { OutsideAddresses } from '../outside';
import { pageOf, type Page } from '../pagination';
import { presentRepositories } from '../presenters/repository.presenter';
import { presentOwner } from '../presenters/user.presenter';
import { AskedPage, PagedList } from '../paged-list';
import { routeId } from '../route-id';

const IN_NAMESPACE_A_PAGE = '50';
const DAY_MS = 86_400_000;

/** Page models of lists. */
@Controller('api/web')
@Surface('web')
export class ListsController {
  constructor(
    private readonly lists: RepositoryListsService,
    private readonly access: RepositoryAccessService,
    private readonly accounts: AccountsService,
    private readonly repositories: RepositoriesService,
    private readonly outside: OutsideAddresses,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {}

  @Get('explore')
  @Anyone()
  async explore(@CurrentActor() actor: Actor, @Query() query: Record<string, unknown>) {
    const page = pageOf({ page: query['page'] });
    const words = typeof query['q'] === 'string' ? query['q'] : '';
    const { repositories, total } = await this.lists.explore(actor, words, page);
    return {
      repositories: await presentRepositories(repositories.slice(0, page.perPage), this.presenting(actor)),
      page: page.page,
      has_next: repositories.length > page.perPage,
      total,
    };
  }

  @Get('namespaces/:ns')
  @Anyone()
  async namespace(
    @CurrentActor() actor: Actor,
    @Param('ns') name: string,
    @Query() query: Record<string, unknown>,
  ): Promise<NamespacePage> {
    const namespace = await this.accounts.namespaceByName(name);
    if (!namespace) throw new DomainError('not_found', `There is no user or organisation "${name}".`);
    const page = pageOf({ page: query['page'], per_page: IN_NAMESPACE_A_PAGE });
    const [rows, total] = await Promise.all([
      this.lists.ofNamespace(actor, namespace.id, page),
      this.lists.countOfNamespace(actor, namespace.id),
    ]);
    return {
      owner: presentOwner(namespace, this.outside.baseUrl),
      display_name: namespace.owner?.fullName ?? null,
      repositories: await presentRepositories(rows.slice(0, page.perPage), this.presenting(actor)),
      total,
      page: page.page,
      has_next: rows.length > page.perPage,
      may_create: mayCreateRepository(actor, namespace),
    };
  }

  @Get('deleted-repositories')
  @PagedList()
  @SignedIn('deleted_repositories.list')
  async deleted(@CurrentUser() actor: UserActor, @AskedPage() page: Page) {
    const { rows, total } = await this.lists.deletedOf(actor.userId, page);
    const deleted = rows.flatMap((repository) => {
      if (!repository.deletedAt) return [];
      const purgeAt = new Date(repository.deletedAt.getTime() + this.options.deletedGraceDays * DAY_MS);
      return {
        id: repository.id,
        full_name: fullName(repository),
        deleted_at: repository.deletedAt.toISOString(),
        purge_at: purgeAt.toISOString(),
      };
    });
    return { rows: deleted, total };
  }

  @Post('deleted-repositories/:id/restore')
  @SignedIn('deleted_repositories.restore')
  @HttpCode(204)
  async restore(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    const repository = await this.lists.oneDeletedOf(actor.userId, routeId(id));
    if (!repository) throw new DomainError('not_found', 'Not Found');
    await this.repositories.restore(actor, repository);
  }

  private presenting(actor: Actor) {
    return { actor, access: this.access, outside: this.outside };
  }
}
