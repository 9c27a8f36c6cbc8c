import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';

/** Until a statement waits for a lock that another one holds. @throws Error when none does within ten seconds. */
export async function untilBlocked(database: DataSource): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const rows: unknown[] = await database.query(
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
    );
    if (rows.length > 0) return;
    await sleep(20);
  }
  throw new Error('nothing waits for a lock');
}
