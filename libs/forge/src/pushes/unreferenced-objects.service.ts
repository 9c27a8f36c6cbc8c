import { quarantineObjects, type GitHome, type NewObject, type ObjectFormat } from '@granary/git-process';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { GIT_HOME } from '../database/tokens';
import type { Actor } from '../identity/actor';
import { MaintenanceStateService } from '../maintenance';
import { QuotasService } from '../quotas';
import { RepositoriesService, type Repository } from '../repositories';
import { DiskRoomService } from './disk-room.service';
import { objectBytes } from './object-bytes';
import { PushRecordService } from './push-record.service';

export interface NewObjects {
  format: ObjectFormat;
  /** Each once. What they name must be among them or in the repository. */
  objects: readonly NewObject[];
  signal?: AbortSignal;
}

/**
 * Brings objects in that no ref names yet. Git checks them as it checks a push's, and their bytes count at once; what
 * the rules say of their content is said when a ref is moved to them, as a push is judged by its refs. Where none ever
 * is, the next full repack drops them two weeks after it first saw so.
 */
@Injectable()
export class UnreferencedObjectsService {
  constructor(
    private readonly database: DataSource,
    private readonly repositories: RepositoriesService,
    private readonly records: PushRecordService,
    private readonly quotas: QuotasService,
    private readonly maintenance: MaintenanceStateService,
    private readonly disk: DiskRoomService,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {}

  /** @throws DomainError `invalid` with git's reason, `quota_exceeded`, `storage_full`. */
  async bringIn(actor: Actor, repository: Repository, made: NewObjects): Promise<void> {
    await this.disk.require();
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    const written = await quarantineObjects(this.git, { repositoryPath, ...made });
    try {
      const incomingBytes = await objectBytes(written.quarantine.objectDirectory);
      const isDue = await this.counted(actor, repository, {
        incomingBytes,
        bringIn: () => written.migrate(),
      });
      if (isDue) void this.maintenance.request(repository.id).catch(() => undefined);
    } finally {
      await written.discard();
    }
  }

  /** Room is looked for, and taken, while nobody else adds to what the namespace holds. */
  private counted(
    actor: Actor,
    repository: Repository,
    { incomingBytes, bringIn }: { incomingBytes: number; bringIn: () => Promise<void> },
  ): Promise<boolean> {
    const carryOut = async (manager: EntityManager) => {
      await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR UPDATE', [repository.id]);
      await bringIn();
      const sizeBytes = await this.records.measure(repository);
      await manager.query('UPDATE repositories SET git_size_bytes = $2 WHERE id = $1', [repository.id, sizeBytes]);
      return this.maintenance.notePush(manager, repository.id, sizeBytes);
    };
    if (!this.quotas.isLimited(repository.namespace, 'git')) return this.database.transaction(carryOut);
    return this.quotas.whileHeld(repository.namespaceId, async (manager, held) => {
      const storageClass = await this.quotas.classOfRepository(manager, repository.id);
      const growth = { git: incomingBytes };
      await this.quotas.requireRoom(manager, held, { actor, storageClass, growth, subject: 'These objects' });
      return carryOut(manager);
    });
  }
}
