import type { Logger } from 'typeorm';

/** For whom the database was asked: for somebody who waits, or for the hub itself (jobs, sweeps). */
export type QueryCause = 'request' | 'hub';

/** Counts what the hub asks its database: each statement is a round trip. TypeORM tells its logger of every one. */
export class QueryCounts implements Logger {
  private readonly counts: Record<QueryCause, number> = { request: 0, hub: 0 };

  constructor(private readonly cause: () => QueryCause) {}

  read(): Readonly<Record<QueryCause, number>> {
    return this.counts;
  }

  logQuery(): void {
    this.counts[this.cause()]++;
  }

  // What failed is thrown, and logged where it is caught.
  logQueryError(): void {}
  logQuerySlow(): void {}
  logSchemaBuild(): void {}
  logMigration(): void {}
  log(): void {}
}
