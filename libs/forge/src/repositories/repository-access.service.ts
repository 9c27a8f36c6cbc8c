import type { RepositoryRole } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { repositoryRole, roleAtLeast, type RepositoryFacts } from '../access';
import { userIdOf, type Actor } from '../identity/actor';
import { foldName, isNameShaped } from '../identity/name.policy';
import { Collaborator } from './collaborator.entity';
import { Repository } from './repository.entity';

export interface RepositoryPath {
  namespace: string;
  name: string;
}

/** A repository that the actor may see, and what the actor may do in it. */
export interface OpenRepository {
  repository: Repository;
  facts: RepositoryFacts;
  role: RepositoryRole;
  /** True when it was found by a former name. */
  moved: boolean;
}

export function fullName(repository: Repository): string {
  return `${repository.namespace.name}/${repository.name}`;
}

/** Private and absent look the same: one error, made in one place. */
export function repositoryNotFound(): DomainError {
  return new DomainError('repository_not_found', 'Repository not found', {
    hint: 'Check the address, and that your account or token may read it.',
  });
}

/** The one door to a repository: by path, for an actor, with a role. */
@Injectable()
export class RepositoryAccessService {
  constructor(private readonly database: DataSource) {}

  /**
   * @throws DomainError `repository_not_found` when it is absent or the actor may not read it;
   *   `unauthenticated` or `forbidden` when it may be read, but the role does not reach.
   */
  async open(actor: Actor, path: RepositoryPath, needed: RepositoryRole): Promise<OpenRepository> {
    const opened = await this.find(actor, path);
    if (!opened) throw repositoryNotFound();
    this.require(actor, opened, needed);
    return opened;
  }

  require(actor: Actor, opened: OpenRepository, needed: RepositoryRole): void {
    if (roleAtLeast(opened.role, needed)) return;
    if (actor.kind === 'anonymous') throw new DomainError('unauthenticated', 'Sign in to do this.');
    const narrowed = actor.scopes !== null || actor.repositoryIds !== null;
    throw new DomainError(
      'forbidden',
      `You need the role "${needed}" in ${fullName(opened.repository)}; you have "${opened.role}".`,
      {
        hint: narrowed ? "The token's scopes may be too narrow." : 'Ask an admin of the repository for it.',
      },
    );
  }

  /** Null when it is absent or the actor may not read it. */
  async find(actor: Actor, path: RepositoryPath): Promise<OpenRepository | null> {
    const found = await this.locate(path);
    if (!found) return null;
    const facts = await this.factsOf(found.repository, actor);
    const role = repositoryRole(actor, facts);
    return role ? { ...found, facts, role } : null;
  }

  async byId(actor: Actor, repositoryId: number): Promise<OpenRepository | null> {
    const repository = await this.query().andWhere('r.id = :repositoryId', { repositoryId }).getOne();
    if (!repository) return null;
    const facts = await this.factsOf(repository, actor);
    const role = repositoryRole(actor, facts);
    return role ? { repository, facts, role, moved: false } : null;
  }

  async factsOf(repository: Repository, actor: Actor): Promise<RepositoryFacts> {
    const userId = userIdOf(actor);
    const own =
      userId === null
        ? null
        : await this.database.manager.findOneBy(Collaborator, { repositoryId: repository.id, userId });
    return {
      repositoryId: repository.id,
      visibility: repository.visibility,
      ownerUserId: repository.namespace.ownerUserId,
      collaboratorRole: own?.role ?? null,
    };
  }

  /** The actor's role in each of `repositories`, which it may read; one query for all. */
  async rolesIn(actor: Actor, repositories: readonly Repository[]): Promise<Map<number, RepositoryRole>> {
    const userId = userIdOf(actor);
    const ids = repositories.map(({ id }) => id);
    const own =
      userId === null ? [] : await this.database.manager.findBy(Collaborator, { userId, repositoryId: In(ids) });
    const roles = new Map<number, RepositoryRole>();
    for (const repository of repositories) {
      const role = repositoryRole(actor, {
        repositoryId: repository.id,
        visibility: repository.visibility,
        ownerUserId: repository.namespace.ownerUserId,
        collaboratorRole: own.find(({ repositoryId }) => repositoryId === repository.id)?.role ?? null,
      });
      if (role) roles.set(repository.id, role);
    }
    return roles;
  }

  private query() {
    return this.database
      .createQueryBuilder(Repository, 'r')
      .innerJoinAndSelect('r.namespace', 'n')
      .leftJoinAndSelect('n.owner', 'o')
      .where('r.deleted_at IS NULL');
  }

  /** Without an actor: for a signed grant, which names the repository's id and is verified against it. */
  async locateForGrant(path: RepositoryPath): Promise<Repository | null> {
    return (await this.locate(path))?.repository ?? null;
  }

  private async locate(path: RepositoryPath): Promise<{ repository: Repository; moved: boolean } | null> {
    // What cannot be a name is not looked up: the database refuses some of its characters.
    if (!isNameShaped(path.namespace) || !isNameShaped(path.name)) return null;
    const names = { namespace: foldName(path.namespace), name: foldName(path.name) };
    const repository = await this.query()
      .andWhere('n.name_folded = :namespace AND r.name_folded = :name', names)
      .getOne();
    if (repository) return { repository, moved: false };
    const former = await this.query()
      .andWhere(
        `r.id = (SELECT d.repository_id FROM repository_redirects d JOIN namespaces m ON m.id = d.namespace_id
                 WHERE m.name_folded = :namespace AND d.name_folded = :name)`,
        names,
      )
      .getOne();
    return former && { repository: former, moved: true };
  }
}
