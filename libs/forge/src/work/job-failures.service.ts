import type { GivenUpJob, JobHandlers, JobQueue, JobRun } from '@granary/job-queue';
import { cutText, DomainError, visible, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, JOB_QUEUE } from '../database/tokens';
import { CATALOGUE } from './catalogue';

const MAX_REASON_LENGTH = 1_000;
const KEEP_DAYS = 30;
const DAY_MS = 86_400_000;

export interface JobFailure {
  id: number;
  name: string;
  payload: Record<string, unknown>;
  reason: string;
  /** How often the queue gave this job up. */
  times: number;
  failedAt: Date;
}

interface FailureRow {
  id: number;
  name: string;
  payload: Record<string, unknown>;
  reason: string;
  times: number;
  failed_at: Date;
}

/** Jobs that failed at every try: the queue forgets them, their administrator must not have to. */
@Injectable()
export class JobFailuresService {
  /** Names of jobs that failed, as far as this process knows: most jobs never do, and need no statement to say so. */
  private known: Set<string> | null = null;

  constructor(
    private readonly database: DataSource,
    @Inject(JOB_QUEUE) private readonly queue: Pick<JobQueue, 'enqueue'>,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The handlers, each of which takes the failure of its job back when it goes well. */
  watching(handlers: JobHandlers): JobHandlers {
    const watch =
      (handle: (run: JobRun) => Promise<void>) =>
      async (run: JobRun): Promise<void> => {
        await handle(run);
        await this.noteSuccess(run.name, run.payload).catch(() => undefined);
      };
    return Object.fromEntries(Object.entries(handlers).map(([name, handle]) => [name, watch(handle)]));
  }

  /** Events are told by their own rows, which are handed over again. */
  async note({ name, payload, error }: GivenUpJob): Promise<void> {
    if ('eventId' in payload) return;
    const reason = cutText(visible(error instanceof Error ? error.message : String(error)), MAX_REASON_LENGTH);
    this.known?.add(name);
    await this.database.query(
      `INSERT INTO job_failures (name, payload, reason, failed_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (name, md5(payload::text))
       DO UPDATE SET reason = EXCLUDED.reason, failed_at = EXCLUDED.failed_at, times = job_failures.times + 1`,
      [name, JSON.stringify(payload), reason, this.clock.now()],
    );
  }

  /** A job that went well after all is no failure any more. */
  async noteSuccess(name: string, payload: object): Promise<void> {
    this.known ??= new Set(
      (await this.database.query<{ name: string }[]>('SELECT DISTINCT name FROM job_failures')).map((row) => row.name),
    );
    if (!this.known.has(name)) return;
    await this.database.query(
      'DELETE FROM job_failures WHERE name = $1 AND md5(payload::text) = md5(($2::jsonb)::text)',
      [name, JSON.stringify(payload)],
    );
  }

  async list(limit: number): Promise<JobFailure[]> {
    const rows = await this.database.query<FailureRow[]>(
      'SELECT id, name, payload, reason, times, failed_at FROM job_failures ORDER BY failed_at DESC, id DESC LIMIT $1',
      [limit],
    );
    return rows.map(({ failed_at: failedAt, ...row }) => ({ ...row, failedAt }));
  }

  async count(): Promise<number> {
    const [row] = await this.database.query<{ n: number }[]>('SELECT count(*)::integer AS n FROM job_failures');
    return row?.n ?? 0;
  }

  /** @throws DomainError `not_found`; `gone` for a job that this release does not know; `unavailable` with the queue down. */
  async retry(id: number): Promise<void> {
    const [row] = await this.database.query<Pick<FailureRow, 'name' | 'payload'>[]>(
      'SELECT name, payload FROM job_failures WHERE id = $1',
      [id],
    );
    if (!row) throw new DomainError('not_found', 'There is no such failed job.');
    if (!CATALOGUE.has(row.name)) throw new DomainError('gone', `This release has no job ${row.name}.`);
    // The payload was checked when the job was first added; the queue checks it again.
    await this.queue.enqueue(row.name, row.payload);
    await this.database.query('DELETE FROM job_failures WHERE id = $1', [id]);
  }

  async prune(): Promise<void> {
    await this.database.query('DELETE FROM job_failures WHERE failed_at < $1', [
      new Date(this.clock.now().getTime() - KEEP_DAYS * DAY_MS),
    ]);
  }
}
