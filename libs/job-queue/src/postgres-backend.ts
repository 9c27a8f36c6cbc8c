import {
  PostgresConnection,
  PostgresQueueBackend,
  runMigrations,
  withBackend,
  type BackendFactory,
  type Processor,
} from 'bullmq';
import { Pool, type PoolConfig } from 'pg';
import type { Backend, ConsumerOptions, StoreOptions } from './backend';
import { QUEUE_NAMES, type QueueName } from './catalogue';
import type { OutageLog } from './log';
import { OutagePool } from './outage-pool';

/** The schema that BullMQ's tables live in. A pool of our own can only use BullMQ's default. */
const SCHEMA = 'bullmq';
const QUERY_CONNECTIONS = 6;

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
 * @throws what `pg` throws if the server is not there: the hub cannot start without its database anyway.
 */
export async function openPostgresBackend(config: PoolConfig, outage: OutageLog): Promise<Backend> {
  const pool = new Pool({
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
    application_name: 'granary-queue',
    ...config,
    max: QUERY_CONNECTIONS + QUEUE_NAMES.length,
    options: [config.options, `-c search_path=${SCHEMA}`].filter(Boolean).join(' '),
  });
  const guarded = new OutagePool(pool, outage);
  await migrate(pool).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  const { Queue, Worker } = withBackend(createBackend);
  return {
    openStore: (name: QueueName, options: StoreOptions) => new Queue(name, { ...options, connection: guarded }),
    openConsumer: (name: QueueName, process: Processor, options: ConsumerOptions) =>
      new Worker(name, process, { ...options, connection: guarded }),
    assertReachable: () => undefined,
    ping: async () => void (await guarded.query('SELECT 1')),
    close: () => pool.end(),
  };
}

async function migrate(pool: Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client, SCHEMA);
  } finally {
    client.release();
  }
}
