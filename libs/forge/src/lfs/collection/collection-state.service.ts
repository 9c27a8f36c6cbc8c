import type { LfsCollectionReport, LfsCollectionState } from '@granary/api-contract';
import type { JobQueue } from '@granary/job-queue';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../../audit';
import { CLOCK, JOB_QUEUE } from '../../database/tokens';
import type { CollectionJobs } from './jobs';

const HOUR_MS = 3_600_000;
/** A repository is not looked at more often. */
const REST_MS = 20 * HOUR_MS;
/** Time passes also where nobody pushes: pushes stop to keep what they name, graces end. */
const LOOK_AGAIN_MS = 7 * 24 * HOUR_MS;
/** A request that led to no run in this time was lost with its queue. */
const REQUEST_LOST_MS = 24 * HOUR_MS;
/** Those beyond wait for the next sweep. */
const SWEPT_AT_ONCE = 500;

interface Row {
  completed_at: Date | null;
  requested_at: Date | null;
  last_run: LfsCollectionReport | null;
  last_dry_run: LfsCollectionReport | null;
}

/** The one row about the collections of a repository: what the last ones found, and whether another is due. */
@Injectable()
export class LfsCollectionStateService {
  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(JOB_QUEUE) private readonly queue: JobQueue<CollectionJobs>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async get(repositoryId: number): Promise<LfsCollectionState> {
    const row = await this.row(repositoryId);
    const lostBefore = this.clock.now().getTime() - REQUEST_LOST_MS;
    const isWaiting = row?.requested_at && row.requested_at.getTime() > lostBefore;
    return {
      waiting_since: isWaiting ? (row.requested_at?.toISOString() ?? null) : null,
      last_run: row?.last_run ?? null,
      last_dry_run: row?.last_dry_run ?? null,
    };
  }

  /** Asks for a run; one that waits already stands for all that ask. */
  async request(repositoryId: number, { dryRun }: { dryRun: boolean }): Promise<void> {
    const now = this.clock.now();
    await this.database.transaction(async (manager) => {
      await manager.query(
        `INSERT INTO lfs_collections (repository_id, requested_at) SELECT id, $2 FROM repositories WHERE id = $1
         ON CONFLICT (repository_id) DO UPDATE SET requested_at = EXCLUDED.requested_at`,
        [repositoryId, now],
      );
      const target = dryRun ? 'dry run' : 'run';
      await this.audit.record(manager, { action: 'lfs_collection.request', repositoryId, target });
    });
    await this.queue.enqueue('lfs.collect', { repositoryId, dryRun }, { jobId: `${repositoryId}-${now.getTime()}` });
  }

  /** Asks for a run of each repository that is due. */
  async sweep(): Promise<void> {
    for (const { id, completed_at } of await this.due()) {
      const jobId = `${id}-after-${completed_at?.getTime() ?? 0}`;
      await this.queue.enqueue('lfs.collect', { repositoryId: id, dryRun: false }, { jobId });
    }
  }

  /** Repositories with objects to which something happened since their last run, or whose trash is to be emptied. */
  async due(): Promise<{ id: number; completed_at: Date | null }[]> {
    const now = this.clock.now().getTime();
    return this.database.query<{ id: number; completed_at: Date | null }[]>(
      `SELECT r.id, c.completed_at FROM repositories r LEFT JOIN lfs_collections c ON c.repository_id = r.id
        WHERE r.deleted_at IS NULL
          AND (c.completed_at IS NULL OR c.completed_at < $1)
          AND (EXISTS (SELECT 1 FROM lfs_links l WHERE l.repository_id = r.id)
            OR EXISTS (SELECT 1 FROM lfs_trash t WHERE t.repository_id = r.id))
          AND (c.completed_at IS NULL OR c.completed_at < $2 OR r.pushed_at > c.completed_at
            OR EXISTS (SELECT 1 FROM lfs_trash t WHERE t.repository_id = r.id AND t.purge_after <= $3))
        ORDER BY c.completed_at NULLS FIRST LIMIT ${SWEPT_AT_ONCE}`,
      [new Date(now - REST_MS), new Date(now - LOOK_AGAIN_MS), new Date(now)],
    );
  }

  /** A run that failed leaves the repository due. */
  async finish(repositoryId: number, report: LfsCollectionReport): Promise<void> {
    const isWhole = report.outcome === 'done' && !report.dry_run;
    await this.database.query(
      `INSERT INTO lfs_collections AS c (repository_id, completed_at, last_run, last_dry_run)
       SELECT id, $2::timestamptz, $3::jsonb, $4::jsonb FROM repositories WHERE id = $1
       ON CONFLICT (repository_id) DO UPDATE SET
         completed_at = COALESCE(EXCLUDED.completed_at, c.completed_at),
         last_run = COALESCE(EXCLUDED.last_run, c.last_run),
         last_dry_run = COALESCE(EXCLUDED.last_dry_run, c.last_dry_run),
         requested_at = CASE WHEN c.requested_at > $5 THEN c.requested_at END`,
      [
        ...[repositoryId, isWhole ? report.started_at : null],
        ...(report.dry_run ? [null, JSON.stringify(report)] : [JSON.stringify(report), null]),
        report.started_at,
      ],
    );
  }

  private async row(repositoryId: number): Promise<Row | null> {
    const [row] = await this.database.query<Row[]>('SELECT * FROM lfs_collections WHERE repository_id = $1', [
      repositoryId,
    ]);
    return row ?? null;
  }
}
