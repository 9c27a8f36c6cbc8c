import {
  PostgresConnection,
  PostgresQueueBackend,
  runMigrations,
  withBackend,
  type BackendFactory,
  type Processor,
} from 'bullmq';
import { DomainError } from '@granary/kernel';
import { Pool, type PoolClient, type PoolConfig } from 'pg';
import type { Backend, ConsumerOptions, StoreOptions } from './backend';
import type { OutageLog } from './log';
import { OutagePool } from './outage-pool';

/** The schema that BullMQ's tables live in. A pool of our own can only use BullMQ's default. */
const SCHEMA = 'bullmq';
/** Beside the connection that each queue's worker listens on. */
const QUERY_CONNECTIONS = { least: 2, most: 6 };

/** How many of the `total` connections of a process go to its jobs, with so many queues. */
export function queueConnections(queues: number, total: number): number {
  const { least, most } = QUERY_CONNECTIONS;
  return queues + Math.max(least, Math.min(most, Math.floor(total / 5)));
}

/**
 * A connection that is ready from the start, because {@link openPostgresBackend} has run the migrations: BullMQ's own
 * remembers a failed first connection for ever.
 */
class MigratedConnection extends PostgresConnection {
  override async waitUntilReady(): Promise<void> {}
}

const createBackend: BackendFactory<PostgresQueueBackend, OutagePool> = (
  name,
  options,
  { withBlockingConnection } = {},
) =>
  new PostgresQueueBackend(
    new MigratedConnection(options.connection),
    name,
    // The options differ from the declared ones in the connection's type alone, which the backend does not read.
    options as unknown as ConstructorParameters<typeof PostgresQueueBackend>[2],
    true,
    withBlockingConnection ? name : undefined,
  );

/**
 * BullMQ on Postgres. All queues and workers share one pool; each worker holds one connection of it for LISTEN.
 *
 * @param queues their number.
 * @throws what `pg` throws if the server is not there: the hub cannot start without its database anyway.
 */
export async function openPostgresBackend(queues: number, config: PoolConfig, outage: OutageLog): Promise<Backend> {
  const pool = new Pool({
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
    application_name: 'granary-queue',
    max: queues + QUERY_CONNECTIONS.most,
    ...config,
    // Not as a parameter of the start: a pooler in between may refuse it, or leave it out without a word.
    onConnect: async (client) => void (await client.query(`SET search_path = ${SCHEMA}`)),
  });
  const guarded = new OutagePool(pool, outage);
  await migrate(pool).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  const { Queue, Worker } = withBackend(createBackend);
  return {
    openStore: (name: string, options: StoreOptions) => new Queue(name, { ...options, connection: guarded }),
    openConsumer: (name: string, process: Processor, options: ConsumerOptions) =>
      new Worker(name, process, { ...options, connection: guarded }),
    assertReachable: () => undefined,
    // The pool has seen it.
    noteOutage: () => undefined,
    ping: async () => void (await guarded.query('SELECT 1')),
    close: () => {
      outage.end();
      return pool.end();
    },
  };
}

async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
    await requireSchema(client);
  } finally {
    client.release();
  }
}

/** Without its schema each of BullMQ's functions is unknown, and nothing would ever run. */
async function requireSchema(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ name: string | null }>('SELECT current_schema() AS name');
  if (rows[0]?.name === SCHEMA) return;
  throw new DomainError(
    'unavailable',
    `Postgres does not keep the search_path "${SCHEMA}" of the queue's connections.`,
    {
      hint: 'Connect to Postgres itself, or set pool_mode = session in the pooler in front of it.',
    },
  );
}
