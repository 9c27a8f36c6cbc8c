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

/** What one query tells of a path. */
interface Located {
  repository: Repository;
  /** The actor's own role as a collaborator. */
  collaboratorRole: RepositoryRole | null;
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
    return this.require(actor, await this.find(actor, path), needed);
  }

  /** For what was {@link find found}. @throws DomainError as {@link open} does. */
  require(actor: Actor, opened: OpenRepository | null, needed: RepositoryRole): OpenRepository {
    if (!opened) throw repositoryNotFound();
    if (roleAtLeast(opened.role, needed)) return opened;
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
    const found = await this.locate(path, userIdOf(actor));
    return found && openFor(actor, found);
  }

  async byId(actor: Actor, repositoryId: number): Promise<OpenRepository | null> {
    const found = await this.select('r.id = $2', userIdOf(actor), [repositoryId]);
    return found && openFor(actor, { ...found, moved: false });
  }

  /** The actor's role in each of `repositories`, which it may read; one query for all. */
  async rolesIn(actor: Actor, repositories: readonly Repository[]): Promise<Map<number, RepositoryRole>> {
    const userId = userIdOf(actor);
    const ids = repositories.map(({ id }) => id);
    const own =
      userId === null ? [] : await this.database.manager.findBy(Collaborator, { userId, repositoryId: In(ids) });
    const roles = new Map<number, RepositoryRole>();
    for (const repository of repositories) {
      const mine = own.find(({ repositoryId }) => repositoryId === repository.id);
      const role = repositoryRole(actor, factsAbout(repository, mine?.role ?? null));
      if (role) roles.set(repository.id, role);
    }
    return roles;
  }

  /** Without an actor: for a signed grant, which names the repository's id and is verified against it. */
  async locateForGrant(path: RepositoryPath): Promise<Repository | null> {
    return (await this.locate(path, null))?.repository ?? null;
  }

  private async locate(path: RepositoryPath, userId: number | null): Promise<Located | null> {
    // What cannot be a name is not looked up: the database refuses some of its characters.
    if (!isNameShaped(path.namespace) || !isNameShaped(path.name)) return null;
    const names = [foldName(path.namespace), foldName(path.name)];
    const found = await this.select('n.name_folded = $2 AND r.name_folded = $3', userId, names);
    if (found) return { ...found, moved: false };
    const former = await this.select(
      `r.id = (SELECT d.repository_id FROM repository_redirects d JOIN namespaces m ON m.id = d.namespace_id
                WHERE m.name_folded = $2 AND d.name_folded = $3)`,
      userId,
      names,
    );
    return former && { ...former, moved: true };
  }

  /**
   * The repository for which `condition` holds, with its namespace and that one's owner, and the user's own role in it;
   * deleted ones are not there. The condition's parameters begin at `$2`.
   */
  private async select(
    condition: string,
    userId: number | null,
    parameters: unknown[],
  ): Promise<Omit<Located, 'moved'> | null> {
    const [row] = await this.database.query<(Record<string, unknown> & { own_role: RepositoryRole | null })[]>(
      `SELECT ${this.rows.columns}, c.role AS own_role FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
         LEFT JOIN users o ON o.id = n.owner_user_id
         LEFT JOIN collaborators c ON c.repository_id = r.id AND c.user_id = $1
        WHERE r.deleted_at IS NULL AND ${condition}`,
      [userId, ...parameters],
    );
    const { r: repository, n: namespace, o: owner } = row ? this.rows.read(row) : {};
    if (!row || !repository || !namespace) return null;
    Object.assign(repository, { namespace: Object.assign(namespace, { owner }) });
    return { repository, collaboratorRole: row.own_role };
  }
}

function openFor(actor: Actor, { repository, collaboratorRole, moved }: Located): OpenRepository | null {
  const facts = factsAbout(repository, collaboratorRole);
  const role = repositoryRole(actor, facts);
  return role ? { repository, facts, role, moved } : null;
}

function factsAbout(repository: Repository, collaboratorRole: RepositoryRole | null): RepositoryFacts {
  return {
    repositoryId: repository.id,
    visibility: repository.visibility,
    namespace: repository.namespace,
    collaboratorRole,
  };
}
