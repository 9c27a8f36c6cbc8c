import { DomainError } from '@granary/kernel';
import { QueryFailedError, type DataSource } from 'typeorm';
import { MIGRATIONS } from './migrations';

/** Any number will do, as long as every hub takes the same. */
const MIGRATION_LOCK = 7_291_046;
const TABLE = `SELECT to_regclass('migrations') IS NOT NULL AS "isThere"`;
const APPLIED = 'SELECT name FROM migrations ORDER BY id';

type Query = (sql: string) => Promise<unknown>;

/**
 * Brings the schema up to date, all of it or nothing; processes that start side by side wait for each other.
 *
 * @param onUpgrade called before tables of an older version are changed, with how many migrations they lack.
 * @throws DomainError `unavailable` when that cannot be done. Nothing is changed then.
 */
export async function migrate(database: DataSource, onUpgrade: (migrations: number) => void): Promise<void> {
  const runner = database.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const applied = await requireKnownSchema((sql) => runner.query(sql));
    const lacking = MIGRATIONS.length - applied.length;
    if (applied.length > 0 && lacking > 0) onUpgrade(lacking);
    await database.runMigrations().catch((error: unknown) => {
      throw error instanceof QueryFailedError ? cannotMigrate(error) : error;
    });
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await runner.release();
  }
}

/**
 * @returns the names of the migrations that the database has had; none for a new one.
 * @throws DomainError `unavailable` when a newer version was here. Nothing is changed.
 */
export async function requireKnownSchema(query: Query): Promise<string[]> {
  const [table] = (await query(TABLE)) as { isThere: boolean }[];
  if (!table?.isThere) return [];
  const applied = ((await query(APPLIED)) as { name: string }[]).map(({ name }) => name);
  const known = new Set(MIGRATIONS.map(({ name }) => name));
  const newer = applied.find((name) => !known.has(name));
  if (newer === undefined) return applied;
  throw new DomainError(
    'unavailable',
    `The database belongs to a newer version of Granary: ${newer} is unknown here.`,
    {
      hint: 'Start that version, or restore the backup that was made before it. Nothing was changed.',
    },
  );
}

function cannotMigrate(cause: QueryFailedError): DomainError {
  return new DomainError('unavailable', `The database cannot be brought up to date: ${cause.message}.`, {
    cause,
    hint: 'Nothing was changed, and the former version runs with it as before.',
  });
}
