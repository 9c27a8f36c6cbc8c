import { DataSource, type EntityTarget, type ObjectLiteral } from 'typeorm';
import type { PoolConfig } from 'pg';
import { CONNECTION_PATIENCE_MS, PATIENT_PG } from './patient-pool';
import { requireSessions } from './pooler';
import { First1763700000000 } from './migrations/0001-first';
import { PushRules1764000000000 } from './migrations/0002-push-rules';
import { GpgKeys1764200000000 } from './migrations/0003-gpg-keys';
import { RepositoryMaintenance1764400000000 } from './migrations/0004-repository-maintenance';
import { LfsUploads1764500000000 } from './migrations/0005-lfs-uploads';
import { Archives1764800000000 } from './migrations/0008-archives';
import { LfsCollection1764700000000 } from './migrations/0007-lfs-collection';
import { Audit1764600000000 } from './migrations/0006-audit';
import { Edits1764900000000 } from './migrations/0009-edits';
import { Quotas1764960000000 } from './migrations/0011-quotas';
import { AuditRetention1765130000000 } from './migrations/0013-audit-retention';
import { RateLimits1765200000000 } from './migrations/0014-rate-limits';
import { StagedRoom1765210000000 } from './migrations/0015-staged-room';
import { SshKeyExpiry1765220000000 } from './migrations/0016-ssh-key-expiry';
import { WebhookContentType1765350000000 } from './migrations/0025-webhook-content-type';
import { HubInstance1765310000000 } from './migrations/0022-hub-instance';
import { IncompleteLfs1765320000000 } from './migrations/0023-incomplete-lfs';
import { PurgeRequests1765230000000 } from './migrations/0017-purge-requests';
import { EventTurns1765300000000 } from './migrations/0019-event-turns';
import { LfsStorageKeys1765320000000 } from './migrations/0020-lfs-storage-keys';

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

const MIGRATIONS = [
  First1763700000000,
  PushRules1764000000000,
  GpgKeys1764200000000,
  RepositoryMaintenance1764400000000,
  LfsUploads1764500000000,
  Archives1764800000000,
  LfsCollection1764700000000,
  Audit1764600000000,
  Edits1764900000000,
  Quotas1764960000000,
  AuditRetention1765130000000,
  RateLimits1765200000000,
  StagedRoom1765210000000,
  SshKeyExpiry1765220000000,
  HubInstance1765310000000,
  IncompleteLfs1765320000000,
  PurgeRequests1765230000000,
  EventTurns1765300000000,
  LfsStorageKeys1765320000000,
  WebhookContentType1765350000000,
];
/** Any number will do, as long as every hub takes the same. */
const MIGRATION_LOCK = 7_291_046;
const POOL_SIZE = 20;

/** Opens the pool and brings the schema up to date; processes that start side by side wait for each other. */
export async function openDatabase(
  connection: DatabaseConnection,
  entities: EntityTarget<ObjectLiteral>[],
  onPoolError: (error: unknown) => void,
): Promise<DataSource> {
  const { connectionString, user, poolSize = POOL_SIZE, ...rest } = connection;
  const extra: PoolConfig = { max: poolSize, connectionTimeoutMillis: CONNECTION_PATIENCE_MS };
  const database = new DataSource({
    type: 'postgres',
    driver: PATIENT_PG,
    ...(connectionString ? { url: connectionString } : { ...rest, username: user }),
    entities: entities as never[],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    poolErrorHandler: onPoolError,
    applicationName: 'granary',
    extra,
  });
  await database.initialize();
  try {
    // The embedded Postgres is never behind a pooler.
    if (connectionString) await requireSessions(database);
    await migrate(database);
  } catch (error) {
    await database.destroy();
    throw error;
  }
  return database;
}

async function migrate(database: DataSource): Promise<void> {
  const runner = database.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await database.runMigrations();
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await runner.release();
  }
}
