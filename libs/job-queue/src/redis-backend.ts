import { once } from 'node:events';
import { createRedisBackend, withBackend, type Processor } from 'bullmq';
import { Redis } from 'ioredis';
import type { Backend, ConsumerOptions, StoreOptions } from './backend';
import type { OutageLog } from './log';
import { QueueUnreachableError } from './outage';

const RECONNECT_MS = { first: 100, most: 5_000 };
const FIRST_CONNECTION_MS = 2_000;
/** Written to learn whether Redis takes writes: one that is full, a replica or without a disk still answers PING. */
const PROBE = { key: 'granary:writable', ttlSeconds: 60, everyMs: 5_000 };

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
  const probe = new WriteProbe(client, outage);
  const { Queue, Worker } = withBackend(createRedisBackend);
  return {
    openStore: (name: string, options: StoreOptions) => new Queue(name, { ...options, connection: client }),
    openConsumer: (name: string, process: Processor, options: ConsumerOptions) =>
      new Worker(name, process, { ...options, connection: client }),
    assertReachable: () => {
      if (client.status !== 'ready') throw new QueueUnreachableError(lastError);
    },
    noteOutage: (error) => probe.refused(error),
    ping: () => probe.ask(),
    close: async () => {
      outage.end();
      probe.stop();
      client.disconnect();
    },
  };
}

/** Notices when a Redis that answers takes no writes, and when it takes them again. */
class WriteProbe {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: Redis,
    private readonly outage: OutageLog,
  ) {}

  /** @throws what Redis says. */
  async ask(): Promise<void> {
    try {
      await this.client.set(PROBE.key, '1', 'EX', PROBE.ttlSeconds);
    } catch (error) {
      this.refused(error);
      throw error;
    }
    this.stop();
    this.outage.answered();
  }

  refused(error: unknown): void {
    this.outage.failed(error);
    if (this.client.status !== 'ready') return;
    this.timer ??= setInterval(() => void this.ask().catch(() => undefined), PROBE.everyMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
