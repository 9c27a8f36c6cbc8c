import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import type { PoolConfig } from 'pg';
import { migrate } from './migrate';
import { MIGRATIONS } from './migrations';
import { CONNECTION_PATIENCE_MS, PATIENT_PG } from './patient-pool';
import { requireSessions } from './pooler';

export interface DatabaseConnection {
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  /** A postgres:// URL, instead of the fields above. */
  connectionString?: string;
  /** The most connections that the pool opens. */
  poolSize?: number;
}

const POOL_SIZE = 20;

export interface DatabaseNews {
  onPoolError(error: unknown): void;
  /** Tables of an older version are about to be brought up to date by so many migrations. */
  onUpgrade?(migrations: number): void;
}

/**
 * Opens the pool and brings the schema up to date.
 * @throws DomainError `unavailable` when the schema belongs to a newer version, or cannot be brought up to date.
 */
export async function openDatabase(
  connection: DatabaseConnection,
  entities: EntityTarget<ObjectLiteral>[],
  { onPoolError, onUpgrade = () => undefined }: DatabaseNews,
): Promise<DataSource> {
  const { connectionString, user, poolSize = POOL_SIZE, ...rest } = connection;
  const extra: PoolConfig = { max: poolSize, connectionTimeoutMillis: CONNECTION_PATIENCE_MS };
  const database = new DataSource({
    type: 'postgres',
    driver: PATIENT_PG,
    ...(connectionString ? { url: connectionString } : { ...rest, username: user }),
    entities: entities as never[],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'all',
    poolErrorHandler: (error: unknown) => onPoolError(error),
    applicationName: 'granary',
    extra,
  });
  await database.initialize();
  try {
    // The embedded Postgres is never behind a pooler.
    if (connectionString) await requireSessions(database);
    await migrate(database, onUpgrade);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}
