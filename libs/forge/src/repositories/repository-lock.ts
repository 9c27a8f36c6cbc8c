import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** Any number will do, as long as every hub takes the same; the second key is the repository's id. */
const MAINTENANCE_LOCKS = 7_291_047;

/** The part of a `pg` client that tells of its end. */
interface Connection {
  once(event: 'end' | 'error', listener: () => void): unknown;
  off(event: 'end' | 'error', listener: () => void): unknown;
}

/**
 * One at a time for each repository, over all processes that share the database: who rewrites its packs, and who removes
 * it for good. Pushes and clones take no part in it.
 */
@Injectable()
export class RepositoryLock {
  constructor(private readonly database: DataSource) {}

  /**
   * Runs `work` unless another holds the lock. It is a session's lock (pg_try_advisory_lock): a process that dies gives
   * it back, and so does a connection that breaks, whereupon `signal` fires.
   *
   * @returns null when another holds it.
   */
  async tryRun<T>(repositoryId: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    const runner = this.database.createQueryRunner();
    const keys = [MAINTENANCE_LOCKS, repositoryId];
    try {
      const connection = (await runner.connect()) as Connection;
      const [row] = await runner.manager.query<{ taken: boolean }[]>(
        'SELECT pg_try_advisory_lock($1, $2) AS taken',
        keys,
      );
      if (!row?.taken) return null;
      const lost = new AbortController();
      const lose = (): void => lost.abort(new Error('the database connection that holds the lock broke'));
      for (const event of ['end', 'error'] as const) connection.once(event, lose);
      try {
        return await work(lost.signal);
      } finally {
        for (const event of ['end', 'error'] as const) connection.off(event, lose);
        await runner.query('SELECT pg_advisory_unlock($1, $2)', keys).catch(() => undefined);
      }
    } finally {
      await runner.release();
    }
  }
}
