import type { JobQueue } from '@granary/job-queue';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { fullName, type Repository } from '../repositories';
import type { MaintenanceJobs } from './jobs';

export interface PurgeState {
  /** Null: nobody waits for one. */
  requestedAt: Date | null;
  purgedAt: Date | null;
}

interface Row {
  purge_requested_at: Date | null;
  purged_at: Date | null;
}

/** That somebody asked for a purge of what no ref reaches, and when the last one was done. */
@Injectable()
export class PurgeRequestsService {
  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(JOB_QUEUE) private readonly queue: JobQueue<MaintenanceJobs>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async get(repositoryId: number): Promise<PurgeState> {
    const [row] = await this.database.query<Row[]>(
      'SELECT purge_requested_at, purged_at FROM repository_maintenance WHERE repository_id = $1',
      [repositoryId],
    );
    return { requestedAt: row?.purge_requested_at ?? null, purgedAt: row?.purged_at ?? null };
  }

  /** Asks for a purge; it is done by a worker. If the queue does not answer, the sweep of the upkeep asks again. */
  async request(repository: Repository): Promise<PurgeState> {
    const { id: repositoryId } = repository;
    const requestedAt = this.clock.now();
    await this.database.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO repository_maintenance AS m (repository_id, purge_requested_at) VALUES ($1, $2)
         ON CONFLICT (repository_id) DO UPDATE SET purge_requested_at = EXCLUDED.purge_requested_at`,
        [repositoryId, requestedAt],
      );
      const what = { action: 'repository.purge_unreachable', target: fullName(repository), repositoryId } as const;
      await this.audit.record(manager, what);
    });
    await this.enqueue(repositoryId, requestedAt).catch(() => undefined);
    return this.get(repositoryId);
  }

  /** Asks again for those that the queue has forgotten. */
  async sweep(): Promise<void> {
    const rows = await this.database.query<{ id: number; at: Date }[]>(
      `SELECT m.repository_id AS id, m.purge_requested_at AS at FROM repository_maintenance m
         JOIN repositories r ON r.id = m.repository_id
        WHERE m.purge_requested_at IS NOT NULL AND r.deleted_at IS NULL`,
    );
    for (const { id, at } of rows) await this.enqueue(id, at);
  }

  /** @param startedAt a request that came later waits for another purge. */
  async finish(repositoryId: number, startedAt: Date): Promise<void> {
    await this.database.query(
      `UPDATE repository_maintenance SET purged_at = $2,
         purge_requested_at = CASE WHEN purge_requested_at > $2 THEN purge_requested_at END
        WHERE repository_id = $1`,
      [repositoryId, startedAt],
    );
  }

  private enqueue(repositoryId: number, requestedAt: Date): Promise<void> {
    const jobId = `${repositoryId}-${requestedAt.getTime()}`;
    return this.queue.enqueue('repository.purge', { repositoryId, isFollowUp: false }, { jobId });
  }
}
