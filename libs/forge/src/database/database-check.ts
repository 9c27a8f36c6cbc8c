import type { DataSource } from 'typeorm';

export interface DatabaseState {
  /** Postgres's own, as `16.4`. */
  version: string;
  /** How many this program knows. */
  migrations: number;
  /** Whether some of them have not run. */
  isBehind: boolean;
}

export async function databaseState(database: DataSource): Promise<DatabaseState> {
  const [row] = await database.query<[{ server_version: string }]>('SHOW server_version');
  const isBehind = await database.showMigrations();
  return { version: row.server_version, migrations: database.migrations.length, isBehind };
}

/** @throws where the database does not answer. */
export async function checkDatabase(database: DataSource): Promise<void> {
  await database.query('SELECT 1');
}
