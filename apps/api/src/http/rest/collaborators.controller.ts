import { routes, type CollaboratorPermission, type RepositoryRole, type SetCollaborator } from '@granary/api-contract';
import { AccountsService, CollaboratorsService, type OpenRepository } from '@granary/forge';
import { Controller, Param, Query } from '@nestjs/common';
import { InRepository, Opened } from '../../access/access.decorators';
import { Surface } from '../../surface/surface';
import { OutsideAddresses } from '../outside';
import { permissionsOf } from '../presenters/repository.presenter';
import { presentGithubUser } from '../presenters/user.presenter';
import { BodyOf, PagedRoute, Route } from '../route';
import { notFoundUnless } from '../route-id';
import { AskedPage } from '../paged-list';
import type { Page } from '../pagination';

/** GitHub's names for roles that we call otherwise. */
const ROLES: Record<SetCollaborator['permission'], RepositoryRole> = {
  pull: 'read',
  read: 'read',
  triage: 'read',
  push: 'write',
  write: 'write',
  maintain: 'maintain',
  admin: 'admin',
};

@Controller()
@Surface('rest')
export class CollaboratorsController {
  constructor(
    private readonly collaborators: CollaboratorsService,
    private readonly accounts: AccountsService,
    private readonly outside: OutsideAddresses,
  ) {}

  @PagedRoute(routes.listCollaborators)
  @InRepository('write')
  async list(@Opened() { repository }: OpenRepository, @AskedPage() page: Page, @Query('affiliation') which?: unknown) {
    // Whom GitHub calls outside: everybody who was invited.
    const { rows, total } =
      which === 'outside'
        ? await this.collaborators.list(repository, page)
        : await this.collaborators.listAll(repository, page);
    const people = rows.map(({ user, role }) => ({
      ...presentGithubUser(user, this.outside.baseUrl),
      permissions: permissionsOf(role),
      role_name: role,
    }));
    return { rows: people, total };
  }

  /** Whether somebody is one, as a status: 204, or 404. */
  @Route(routes.checkCollaborator)
  @InRepository('write')
  async check(@Opened() { repository }: OpenRepository, @Param('username') username: string) {
    const user = await this.accounts.byName(username);
    notFoundUnless(user !== null && (await this.collaborators.has(repository, user)));
  }

  @Route(routes.getCollaboratorPermission)
  @InRepository('write')
  async permission(
    @Opened() { repository }: OpenRepository,
    @Param('username') username: string,
  ): Promise<CollaboratorPermission> {
    const user = await this.accounts.requireByName(username);
    const role = user.isActive ? await this.collaborators.roleOf(repository, user) : null;
    return {
      permission: role === 'maintain' ? 'write' : (role ?? 'none'),
      role_name: role ?? 'none',
      user: {
        ...presentGithubUser(user, this.outside.baseUrl),
        permissions: permissionsOf(role),
        role_name: role ?? 'none',
      },
    };
  }

  @Route(routes.setCollaborator)
  @InRepository('admin')
  async set(
    @Opened() { repository }: OpenRepository,
    @Param('username') username: string,
    @BodyOf(routes.setCollaborator) body: SetCollaborator,
  ) {
    await this.collaborators.set(repository, username, ROLES[body.permission]);
  }

  @Route(routes.removeCollaborator)
  @InRepository('admin')
  async remove(@Opened() { repository }: OpenRepository, @Param('username') username: string) {
    await this.collaborators.remove(repository, username);
  }
}
