import type { RepositoryRole } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import { repositoryRole, roleAtLeast, type RepositoryFacts } from '../access';
import { JoinedRows } from '../database/joined-rows';
import { userIdOf, type Actor } from '../identity/actor';
import { foldName, isNameShaped } from '../identity/name.policy';
import { Namespace } from '../identity/namespace.entity';
import { User } from '../identity/user.entity';
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
  private readonly rows: JoinedRows<{ r: Repository; n: Namespace; o: User }>;

  constructor(private readonly database: DataSource) {
    this.rows = new JoinedRows(database, { r: Repository, n: Namespace, o: User });
  }

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
    const repository = await this.select('r.id = $1', [repositoryId]);
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

  /** Without an actor: for a signed grant, which names the repository's id and is verified against it. */
  async locateForGrant(path: RepositoryPath): Promise<Repository | null> {
    return (await this.locate(path))?.repository ?? null;
  }

  private async locate(path: RepositoryPath): Promise<{ repository: Repository; moved: boolean } | null> {
    // What cannot be a name is not looked up: the database refuses some of its characters.
    if (!isNameShaped(path.namespace) || !isNameShaped(path.name)) return null;
    const names = [foldName(path.namespace), foldName(path.name)];
    const repository = await this.select('n.name_folded = $1 AND r.name_folded = $2', names);
    if (repository) return { repository, moved: false };
    const former = await this.select(
      `r.id = (SELECT d.repository_id FROM repository_redirects d JOIN namespaces m ON m.id = d.namespace_id
                WHERE m.name_folded = $1 AND d.name_folded = $2)`,
      names,
    );
    return former && { repository: former, moved: true };
  }

  /** The repository for which `condition` holds, with its namespace and that one's owner; deleted ones are not there. */
  private async select(condition: string, parameters: unknown[]): Promise<Repository | null> {
    const rows = (await this.database.query(
      `SELECT ${this.rows.columns} FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
         LEFT JOIN users o ON o.id = n.owner_user_id WHERE r.deleted_at IS NULL AND ${condition}`,
      parameters,
    )) as Record<string, unknown>[];
    const { r: repository, n: namespace, o: owner } = rows[0] ? this.rows.read(rows[0]) : {};
    if (!repository || !namespace) return null;
    return Object.assign(repository, { namespace: Object.assign(namespace, { owner }) });
  }
}
