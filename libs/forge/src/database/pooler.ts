import { randomUUID } from 'node:crypto';
import { DomainError } from '@granary/kernel';
import type { DataSource, QueryRunner } from 'typeorm';

const TRIES = 5;
const STATEMENT_POOLING = /statement pooling/i;

/**
 * Refuses a pooler that hands each transaction another session: advisory locks (one upkeep of a repository at a time,
 * one migration) and LISTEN (workers) belong to a session.
 *
 * @throws DomainError `unavailable`.
 */
export async function requireSessions(database: DataSource): Promise<void> {
  const [one, other] = [database.createQueryRunner(), database.createQueryRunner()];
  try {
    for (let tries = 0; tries < TRIES; tries++) if (await shareSessions(one, other)) throw refusal();
  } catch (error) {
    if (error instanceof Error && STATEMENT_POOLING.test(error.message)) throw refusal();
    throw error;
  } finally {
    await Promise.all([one.release(), other.release()]);
  }
}

/** While `other` is inside a transaction, `one` finds what it left in its session, unless it has another one by now. */
async function shareSessions(one: QueryRunner, other: QueryRunner): Promise<boolean> {
  const mark = randomUUID();
  const [before] = await one.manager.query<{ pid: number }[]>(
    `SELECT pg_backend_pid() AS pid, set_config('granary.session', $1, false)`,
    [mark],
  );
  await other.startTransaction();
  try {
    const [beside] = await other.manager.query<{ pid: number }[]>('SELECT pg_backend_pid() AS pid');
    if (beside?.pid === before?.pid) return true;
    const [after] = await one.manager.query<{ pid: number; mark: string | null }[]>(
      `SELECT pg_backend_pid() AS pid, current_setting('granary.session', true) AS mark`,
    );
    return after?.pid !== before?.pid || after?.mark !== mark;
  } finally {
    await other.rollbackTransaction();
  }
}

function refusal(): DomainError {
  return new DomainError(
    'unavailable',
    'DATABASE_URL leads to a pooler in transaction mode, which the hub cannot work behind.',
    { hint: 'Set pool_mode = session for this database (pgbouncer), or connect to Postgres itself.' },
  );
}
