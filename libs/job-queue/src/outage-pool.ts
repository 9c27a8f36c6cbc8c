import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import type { Pool } from 'pg';
import type { OutageLog } from './log';
import { isOutage, QueueUnreachableError } from './outage';

/**
 * A pool whose outages BullMQ understands ({@link QueueUnreachableError}), and whose connections never crash the process:
 * `pg` emits `error` on a connection that its server drops, and an unheard `error` is fatal.
 */
export class OutagePool implements PgPool {
  constructor(
    private readonly pool: Pool,
    private readonly outage: OutageLog,
  ) {
    pool.on('error', (error) => this.outage.failed(error));
    pool.on('connect', (client) => client.on('error', (error) => this.outage.failed(error)));
  }

  query<R>(text: string, params: readonly unknown[] = []): Promise<PgQueryResult<R>> {
    return this.watch(async () => {
      const { rows, rowCount } = await this.pool.query(text, [...params]);
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
      const answer = await ask();
      this.outage.answered();
      return answer;
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.outage.failed(error);
      throw new QueueUnreachableError(error);
    }
  }
}
