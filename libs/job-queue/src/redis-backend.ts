import { once } from 'node:events';
import { createRedisBackend, withBackend, type Processor } from 'bullmq';
import { Redis } from 'ioredis';
import type { Backend, ConsumerOptions, StoreOptions } from './backend';
import type { QueueName } from './catalogue';
import type { OutageLog } from './log';
import { QueueUnreachableError } from './outage';

const RECONNECT_MS = { first: 100, most: 5_000 };
const FIRST_CONNECTION_MS = 2_000;

/**
 * BullMQ on Redis. All queues and workers share one connection; each worker has another for its blocking read. A Redis
 * that is not there yet does not stop the hub: it is waited for.
 *
 * @param url `redis://` or `rediss://`.
 */
export async function openRedisBackend(url: string, outage: OutageLog): Promise<Backend> {
  const client = new Redis(url, {
    // Workers wait for Redis as long as it takes; whoever enqueues asks assertReachable first.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(RECONNECT_MS.first * 2 ** Math.min(times, 10), RECONNECT_MS.most),
  });
  let lastError: unknown = new Error('not connected');
  client.on('error', (error) => outage.failed((lastError = error)));
  // A server that hangs up is no error to the client.
  client.on('reconnecting', () => outage.failed(lastError));
  client.on('ready', () => outage.answered());
  // `once` rejects on 'error': refused or too slow, the outage is told already and the client goes on trying.
  await once(client, 'ready', { signal: AbortSignal.timeout(FIRST_CONNECTION_MS) }).catch(() => undefined);
  const { Queue, Worker } = withBackend(createRedisBackend);
  return {
    openStore: (name: QueueName, options: StoreOptions) => new Queue(name, { ...options, connection: client }),
    openConsumer: (name: QueueName, process: Processor, options: ConsumerOptions) =>
      new Worker(name, process, { ...options, connection: client }),
    assertReachable: () => {
      if (client.status !== 'ready') throw new QueueUnreachableError(lastError);
    },
    ping: async () => void (await client.ping()),
    close: async () => client.disconnect(),
  };
}
