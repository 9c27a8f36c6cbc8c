import type { JobQueue } from '@granary/job-queue';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { BYTES_UNTIL_DUE, PUSHES_UNTIL_DUE, REST_MS, retryAt, type MaintenanceHistory } from './maintenance.policy';
import type { MaintenanceJobs } from './jobs';

/** Those beyond wait for the next sweep. */
const SWEPT_AT_ONCE = 200;

interface Row {
  pushes_since: number;
  last_run_at: Date | null;
  last_full_at: Date | null;
  full_size_bytes: string;
}

/** The one row about a repository's upkeep: what pushes add to it, when it is due, what runs leave in it. */
@Injectable()
export class MaintenanceStateService {
  constructor(
    private readonly database: DataSource,
    @Inject(JOB_QUEUE) private readonly queue: JobQueue<MaintenanceJobs>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Counts a push, in the transaction that records it. After its commit {@link request} what is due.
   *
   * @param sizeBytes of the repository's objects on disk now.
   * @returns whether the repository is due at once. After a failure it is not: the next try has its time.
   */
  async notePush(manager: EntityManager, repositoryId: number, sizeBytes: number): Promise<boolean> {
    const now = this.clock.now();
    const [row] = await manager.query<{ is_due: boolean }[]>(
      `INSERT INTO repository_maintenance AS m (repository_id, pushes_since, due_at)
       VALUES ($1, 1, CASE WHEN $4::bigint >= $6::bigint THEN $2::timestamptz ELSE $3::timestamptz END)
       ON CONFLICT (repository_id) DO UPDATE SET
         pushes_since = m.pushes_since + 1,
         due_at = CASE WHEN m.failures > 0 THEN m.due_at
                       WHEN m.pushes_since + 1 >= $5::integer OR $4::bigint - m.run_size_bytes >= $6::bigint THEN $2::timestamptz
                       ELSE LEAST(m.due_at, $3::timestamptz) END
       RETURNING failures = 0 AND due_at <= $2::timestamptz AS is_due`,
      [repositoryId, now, new Date(now.getTime() + REST_MS), sizeBytes, PUSHES_UNTIL_DUE, BYTES_UNTIL_DUE],
    );
    return row?.is_due ?? false;
  }

  /** Asks for a run. The sweep asks again if the queue does not answer or forgets. */
  async request(repositoryId: number): Promise<void> {
    const history = await this.historyOf(repositoryId);
    // The id changes with each run: until then one job stands for all pushes.
    const jobId = `${repositoryId}-${history.lastRunAt?.getTime() ?? 0}`;
    await this.queue.enqueue('repository.maintain', { repositoryId }, { jobId });
  }

  /** @returns the repositories that are due, those that wait longest first; deleted ones are left alone. */
  async due(): Promise<number[]> {
    const rows = await this.database.query<{ id: number }[]>(
      `SELECT m.repository_id AS id FROM repository_maintenance m JOIN repositories r ON r.id = m.repository_id
        WHERE m.due_at <= $1 AND r.deleted_at IS NULL ORDER BY m.due_at LIMIT $2`,
      [this.clock.now(), SWEPT_AT_ONCE],
    );
    return rows.map(({ id }) => id);
  }

  /** Asks for a run of each repository that is due. */
  async sweep(): Promise<void> {
    for (const id of await this.due()) await this.request(id);
  }

  async historyOf(repositoryId: number): Promise<MaintenanceHistory & { lastRunAt: Date | null }> {
    const [row] = await this.database.query<Row[]>(
      `SELECT pushes_since, last_run_at, last_full_at, full_size_bytes FROM repository_maintenance
        WHERE repository_id = $1`,
      [repositoryId],
    );
    return {
      pushesSinceRun: row?.pushes_since ?? 0,
      lastRunAt: row?.last_run_at ?? null,
      lastFullAt: row?.last_full_at ?? null,
      fullSizeBytes: Number(row?.full_size_bytes ?? 0),
    };
  }

  /**
   * Writes a run that went well. Pushes that came while it ran still count; a repository that was purged meanwhile has
   * no row any more.
   */
  async finish(
    repositoryId: number,
    run: { at: Date; wasFull: boolean; sizeBytes: number; pushes: number; dueAt: Date | null },
  ): Promise<void> {
    await this.database.query(
      `INSERT INTO repository_maintenance AS m
         (repository_id, last_run_at, last_full_at, run_size_bytes, full_size_bytes, due_at)
       SELECT id, $2::timestamptz, CASE WHEN $3::boolean THEN $2::timestamptz END, $4::bigint,
              CASE WHEN $3 THEN $4::bigint ELSE 0 END, $6::timestamptz
         FROM repositories WHERE id = $1
       ON CONFLICT (repository_id) DO UPDATE SET
         last_run_at = EXCLUDED.last_run_at,
         last_full_at = COALESCE(EXCLUDED.last_full_at, m.last_full_at),
         run_size_bytes = EXCLUDED.run_size_bytes,
         full_size_bytes = CASE WHEN $3 THEN EXCLUDED.full_size_bytes ELSE m.full_size_bytes END,
         pushes_since = GREATEST(0, m.pushes_since - $5::integer),
         due_at = CASE WHEN m.pushes_since > $5 THEN LEAST($6::timestamptz, $7::timestamptz) ELSE $6::timestamptz END,
         failures = 0,
         last_error = NULL`,
      [
        ...[repositoryId, run.at, run.wasFull, run.sizeBytes, run.pushes, run.dueAt],
        new Date(this.clock.now().getTime() + REST_MS),
      ],
    );
  }

  async fail(repositoryId: number, at: Date, reason: string): Promise<void> {
    const [row] = await this.database.query<{ failures: number }[]>(
      'SELECT failures FROM repository_maintenance WHERE repository_id = $1',
      [repositoryId],
    );
    const failures = (row?.failures ?? 0) + 1;
    await this.database.query(
      `INSERT INTO repository_maintenance AS m (repository_id, last_run_at, failures, last_error, due_at)
       SELECT id, $2::timestamptz, $3::integer, $4::text, $5::timestamptz FROM repositories WHERE id = $1
       ON CONFLICT (repository_id) DO UPDATE SET
         last_run_at = EXCLUDED.last_run_at, failures = EXCLUDED.failures,
         last_error = EXCLUDED.last_error, due_at = EXCLUDED.due_at`,
      [repositoryId, at, failures, reason, retryAt(failures, at)],
    );
  }

  /** How many repositories failed at their last run, for metrics. */
  async countFailing(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      'SELECT count(*)::int AS count FROM repository_maintenance WHERE failures > 0',
    );
    return row?.count ?? 0;
  }
}
