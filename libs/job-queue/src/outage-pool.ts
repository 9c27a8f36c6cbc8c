import { setTimeout as sleep } from 'node:timers/promises';
import { isServerOutage, patiently } from '@granary/kernel';
import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import type { Pool } from 'pg';
import type { OutageLog } from './log';
import { QueueUnreachableError } from './outage';

/** Postgres ended one of two statements that waited for each other, or that saw each other's changes: the whole of it is undone. */
const COLLISION = /^(40P01|40001)$/;
const COLLISION_TRIES = 5;
const COLLISION_WAIT_MS = 20;
/** How long a question waits for a connection when Postgres has none left. */
const PATIENCE_MS = 2_000;
/** BullMQ's workers ask again at once after an error that is no outage: this is what slows them down. */
const PAUSE_MS = { first: 100, most: 5_000 };
/** What BullMQ's own functions raise: a job that is gone, a lock that another worker has. */
const BULLMQ_SAYS = 'BM001';

/**
 * A pool whose outages BullMQ understands ({@link QueueUnreachableError}), and whose connections never crash the process:
 * `pg` emits `error` on a connection that its server drops, and an unheard `error` is fatal.
 */
export class OutagePool implements PgPool {
  private failures = 0;

  constructor(
    private readonly pool: Pool,
    private readonly outage: OutageLog,
  ) {
    pool.on('error', (error) => this.outage.failed(error));
    pool.on('connect', (client) => client.on('error', (error) => this.outage.failed(error)));
  }

  query<R>(text: string, params: readonly unknown[] = []): Promise<PgQueryResult<R>> {
    return this.watch(async () => {
      const { rows, rowCount } = await withoutCollisions(() => this.pool.query(text, [...params]));
      return { rows: rows as R[], rowCount };
    });
  }

  connect(): Promise<PgPoolClient> {
    return this.watch(() => this.pool.connect());
  }

  end(): Promise<void> {
    return this.pool.end();
  }

  /** Each queue and worker would listen here to the same errors, which the constructor hears already. */
  on(): this {
    return this;
  }

  removeAllListeners(): this {
    return this;
  }

  private async watch<T>(ask: () => Promise<T>): Promise<T> {
    try {
      const answer = await patiently(ask, PATIENCE_MS);
      this.outage.answered();
      this.failures = 0;
      return answer;
    } catch (error) {
      if (isServerOutage(error)) {
        this.outage.failed(error);
        throw new QueueUnreachableError(error);
      }
      if (codeOf(error) !== BULLMQ_SAYS) await this.pause();
      throw error;
    }
  }

  private async pause(): Promise<void> {
    const waitMs = Math.min(PAUSE_MS.first * 2 ** Math.min(this.failures++, 10), PAUSE_MS.most);
    await sleep(waitMs, undefined, { ref: false });
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? '';
}

/** Each question of BullMQ's is one statement, which was undone as a whole: asking again is safe. */
async function withoutCollisions<T>(ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask();
    } catch (error) {
      if (!COLLISION.test(codeOf(error)) || tries === COLLISION_TRIES) throw error;
      await sleep(COLLISION_WAIT_MS * tries * (0.5 + Math.random()));
    }
  }
}
