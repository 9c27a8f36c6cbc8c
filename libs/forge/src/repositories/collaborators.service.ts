import type { RepositoryRole } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import { namespaceRole, repositoryRole } from '../access';
import { listed, within, type Listed, type ListRange } from '../database/listed';
import { AccountsService } from '../identity/accounts.service';
import type { UserActor } from '../identity/actor';
import { userPrincipal } from '../identity/principal';
import type { User } from '../identity/user.entity';
import { Collaborator } from './collaborator.entity';
import type { Repository } from './repository.entity';

export type Member = Pick<Collaborator, 'user' | 'role'>;

@Injectable()
export class CollaboratorsService {
  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountsService,
    private readonly audit: AuditService,
  ) {}

  async list(repository: Repository, range?: ListRange): Promise<Listed<Collaborator>> {
    const found = this.database.manager.findAndCount(Collaborator, {
      where: { repositoryId: repository.id },
      relations: { user: true },
      order: { createdAt: 'ASC', userId: 'ASC' },
      ...within(range),
    });
    return listed(found);
  }

  /** Everybody with a role of their own, as GitHub lists them: the owner first, then those who were invited. */
  async listAll(repository: Repository, { limit, offset }: ListRange): Promise<Listed<Member>> {
    const { owner } = repository.namespace;
    const first: Member[] = owner ? [{ user: owner, role: 'admin' }] : [];
    const head = first.slice(offset, offset + limit);
    const rest = { limit: limit - head.length, offset: Math.max(0, offset - first.length) };
    const { rows, total } = await this.list(repository, rest);
    return { rows: [...head, ...rows], total: first.length + total };
  }

  /** What the user may do in the repository, with a credential that narrows nothing; null is nothing. */
  async roleOf(repository: Repository, user: User): Promise<RepositoryRole | null> {
    const mine = await this.database.manager.findOneBy(Collaborator, { repositoryId: repository.id, userId: user.id });
    const { id: repositoryId, visibility, namespace } = repository;
    return repositoryRole(actingAs(user), {
      repositoryId,
      visibility,
      namespace,
      collaboratorRole: mine?.role ?? null,
    });
  }

  /** Whether the user owns the repository or was invited to it. */
  async has(repository: Repository, user: User): Promise<boolean> {
    if (isOwner(user, repository)) return true;
    return this.database.manager.existsBy(Collaborator, { repositoryId: repository.id, userId: user.id });
  }

  /** @returns true when the user was no collaborator before. @throws DomainError `not_found`, `conflict` (the owner). */
  async set(repository: Repository, userName: string, role: RepositoryRole): Promise<boolean> {
    const user = await this.accounts.requireByName(userName);
    if (isOwner(user, repository)) {
      throw new DomainError('conflict', `${user.name} owns ${repository.name} and has every right already.`);
    }
    const where = { repositoryId: repository.id, userId: user.id };
    return this.database.transaction(async (manager) => {
      const former = await manager.findOneBy(Collaborator, where);
      await manager.upsert(Collaborator, { ...where, role }, ['repositoryId', 'userId']);
      const details = { role, previous_role: former?.role ?? null };
      const what = { target: user.name, repositoryId: repository.id, details };
      await this.audit.record(manager, { action: 'collaborator.set', ...what });
      return former === null;
    });
  }

  async remove(repository: Repository, userName: string): Promise<void> {
    const user = await this.accounts.requireByName(userName);
    const where = { repositoryId: repository.id, userId: user.id };
    await this.database.transaction(async (manager) => {
      const former = await manager.findOneBy(Collaborator, where);
      const { affected } = await manager.delete(Collaborator, where);
      if (!former || affected === 0) return;
      const what = { target: user.name, repositoryId: repository.id, details: { previous_role: former.role } };
      await this.audit.record(manager, { action: 'collaborator.remove', ...what });
    });
  }
}

const isOwner = (user: User, { namespace }: Repository): boolean =>
  namespaceRole(userPrincipal(user), namespace) === 'owner';

function actingAs({ id, name, isAdmin }: User): UserActor {
  return { kind: 'user', userId: id, name, isAdmin, via: 'session', scopes: null, repositoryIds: null };
}
