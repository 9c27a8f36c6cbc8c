import type { RepositoryRole } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AccountsService } from '../identity/accounts.service';
import { Collaborator } from './collaborator.entity';
import type { Repository } from './repository.entity';

@Injectable()
export class CollaboratorsService {
  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountsService,
  ) {}

  async list(repository: Repository): Promise<Collaborator[]> {
    return this.database.manager.find(Collaborator, {
      where: { repositoryId: repository.id },
      relations: { user: true },
      order: { createdAt: 'ASC' },
    });
  }

  /** @returns true when the user was no collaborator before. @throws DomainError `not_found`, `conflict` (the owner). */
  async set(repository: Repository, userName: string, role: RepositoryRole): Promise<boolean> {
    const user = await this.accounts.requireByName(userName);
    if (user.id === repository.namespace.ownerUserId) {
      throw new DomainError('conflict', `${user.name} owns ${repository.name} and has every right already.`);
    }
    const where = { repositoryId: repository.id, userId: user.id };
    const isNew = !(await this.database.manager.existsBy(Collaborator, where));
    await this.database.manager.upsert(Collaborator, { ...where, role }, ['repositoryId', 'userId']);
    return isNew;
  }

  async remove(repository: Repository, userName: string): Promise<void> {
    const user = await this.accounts.requireByName(userName);
    await this.database.manager.delete(Collaborator, { repositoryId: repository.id, userId: user.id });
  }
}
