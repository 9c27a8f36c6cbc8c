import {
  LfsActions,
  RepositoryAccessService,
  repositoryNotFound,
  type OpenRepository,
  type TransferGrant,
} from '@granary/forge';
import { DomainError, systemClock } from '@granary/kernel';
import { isLfsOid } from '@granary/wire';
import { Injectable } from '@nestjs/common';
import type { HubRequest } from '../hub-request';
import { repositoryPathOf } from '../repository-path';

export interface Transfer {
  repository: OpenRepository['repository'];
  grant: TransferGrant;
}

/** The one door for signed transfer URLs: who has one may do what it says, and nothing else. */
@Injectable()
export class TransferUrls {
  constructor(
    private readonly actions: LfsActions,
    private readonly repositories: RepositoryAccessService,
  ) {}

  /**
   * Without a good signature a transfer address says no more of a repository than its actor may know.
   * @throws DomainError `forbidden`, `invalid`, `repository_not_found`
   */
  async open(request: HubRequest, oid: string, operation: TransferGrant['operation']): Promise<Transfer> {
    if (!isLfsOid(oid)) throw new DomainError('invalid', 'The oid must be 64 lower-case hex digits (SHA-256).');
    const path = repositoryPathOf(request);
    const repository = await this.repositories.locateForGrant(path);
    if (!repository) throw repositoryNotFound();
    const expected = { operation, oid, repositoryId: repository.id, now: systemClock.now() };
    try {
      return { repository, grant: this.actions.grants.verify(request.query, expected) };
    } catch (error) {
      await this.repositories.open(request.actor, path, 'read');
      throw error;
    }
  }
}
