import type { ObjectStore } from '@granary/object-store';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, FORGE_OPTIONS, OBJECT_STORE } from '../database/tokens';
import { AuditService } from '../audit';
import { UploadsService } from '../edits';
import { SessionsService } from '../identity';
import type { ForgeOptions } from '../options';
import { LfsUploadsService } from '../lfs';
import { ArchiveCacheService } from '../archives';

import { RATE_LIMITS_TABLE } from '../rate-limits';
import { RepositoriesService, RepositoryLock } from '../repositories';

const DAY_MS = 86_400_000;

/** What tidies up by the clock. Each may run twice, or be killed in the middle. */
@Injectable()
export class SweepsService {
  constructor(
    private readonly database: DataSource,
    private readonly repositories: RepositoriesService,
    private readonly sessions: SessionsService,
    private readonly lock: RepositoryLock,
    private readonly uploads: LfsUploadsService,
    private readonly archives: ArchiveCacheService,
    private readonly staged: UploadsService,
    private readonly audit: AuditService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Repositories whose time to be restored is over: the directory first, so that a crash leaves a row to try again. */
  async purgeDeleted(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - this.options.deletedGraceDays * DAY_MS);
    const rows = await this.database.query<{ id: number }[]>('SELECT id FROM repositories WHERE deleted_at < $1', [
      before,
    ]);
    for (const { id } of rows) {
      // One that is being repacked is purged by the next sweep: git would write into what is being removed.
      await this.lock.tryRun(id, async () => {
        await this.repositories.storage.remove(id);
        await this.archives.forget(id);
        await this.deleteRow(id, before);
      });
    }
  }

  private async deleteRow(id: number, deletedBefore: Date): Promise<void> {
    await this.database.transaction(async (manager) => {
      const [row] = await manager.query<{ name: string }[]>(
        `SELECT n.name || '/' || r.name AS name FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
          WHERE r.id = $1 AND r.deleted_at < $2 FOR UPDATE OF r`,
        [id, deletedBefore],
      );
      if (!row) return;
      // The entry reads the repository's names: it comes first.
      await this.audit.record(manager, { action: 'repository.purge', target: row.name, repositoryId: id });
      await manager.query('DELETE FROM repositories WHERE id = $1', [id]);
    });
  }

  async pruneAudit(signal?: AbortSignal): Promise<void> {
    const { auditDays } = this.options;
    if (auditDays === 0) return;
    await this.audit.prune(new Date(this.clock.now().getTime() - auditDays * DAY_MS), signal);
  }

  /** Counts whose window is over. */
  private async forgetRates(): Promise<void> {
    await this.database.query(`DELETE FROM ${RATE_LIMITS_TABLE} WHERE expire < $1`, [Date.now()]);
  }

  async tidy(): Promise<void> {
    await this.sessions.sweepExpired();
    await this.uploads.sweep();
    await this.staged.sweep();
    await this.store.sweepStale(DAY_MS);
    await this.forgetRates();
    await this.purgeDeleted();
    await this.archives.sweep();
  }
}
