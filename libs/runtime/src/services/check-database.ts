import { requireKnownSchema } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import { Client, DatabaseError } from 'pg';

const PATIENCE_MS = 10_000;

/** SQLSTATE (Postgres, appendix A), and what of the URL it is about. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28P01': 'refuses the user and password of it',
  '28000': 'lets the user of it not in (pg_hba.conf)',
  '3D000': 'has no database of that name',
  '42501': 'gives the user of it no right to connect to the database',
  '53300': 'has no connection left',
};

interface Rights {
  database: string;
  user: string;
  schema: string | null;
  tables: boolean | null;
  schemas: boolean;
}

/** `bullmq` is the schema of the queue, where Redis does not carry it. */
const RIGHTS = `
  SELECT current_database() AS database, current_user AS user, current_schema() AS schema,
         has_schema_privilege(current_schema(), 'CREATE') AS tables,
         has_database_privilege(current_database(), 'CREATE')
           OR EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'bullmq' AND has_schema_privilege(oid, 'CREATE')) AS schemas`;

/**
 * Whether the Postgres of `DATABASE_URL` can be the hub's. Nothing is changed in it.
 * @param needsSchemas whether the queue lies in it too.
 * @throws DomainError `unavailable` in one line that never holds the password.
 */
export async function checkDatabase(url: string, needsSchemas: boolean): Promise<void> {
  const client = clientOf(url);
  // An error after the first: the query that waits for it tells.
  client.on('error', () => undefined);
  try {
    await client.connect().catch((cause: unknown) => {
      throw connectTrouble(client, cause);
    });
    const { rows } = await client.query<Rights>(RIGHTS);
    if (rows[0]) checkRights(rows[0], needsSchemas);
    await requireKnownSchema(async (sql) => (await client.query(sql)).rows as unknown[]);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** @throws what `pg` says of a URL whose parts are wrong, as a certificate that is not there. */
function clientOf(url: string): Client {
  try {
    return new Client({ connectionString: url, connectionTimeoutMillis: PATIENCE_MS, application_name: 'granary' });
  } catch (cause) {
    throw trouble(`cannot be used: ${reasonOf(cause)}`, cause);
  }
}

function checkRights({ database, user, schema, tables, schemas }: Rights, needsSchemas: boolean): void {
  if (schema === null || !tables)
    throw trouble(`gives ${user} no right to create tables in the schema ${schema ?? 'public'} of ${database}`);
  if (needsSchemas && !schemas)
    throw trouble(`gives ${user} no right to create a schema in ${database}, which the queue needs without REDIS_URL`);
}

function connectTrouble({ host, port }: Client, cause: unknown): DomainError {
  const where = host.startsWith('/') ? `${host}, port ${port}` : `${host}:${port}`;
  if (cause instanceof DatabaseError) {
    const refusal = REFUSALS[cause.code ?? ''];
    return trouble(refusal ? `names a Postgres (${where}) that ${refusal}` : `cannot be used: ${cause.message}`, cause);
  }
  return trouble(`names ${where}, where no Postgres answers (${reasonOf(cause)})`, cause);
}

function reasonOf(cause: unknown): string {
  const { code, message } = Object(cause) as { code?: string; message?: string };
  return code ?? message ?? 'no reason was given';
}

function trouble(problem: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', `DATABASE_URL ${problem}.`, { cause });
}
