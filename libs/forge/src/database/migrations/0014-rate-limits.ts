import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counts that all processes of a hub share. Losing them in a crash forgives, so they are not written ahead. */
export class RateLimits1765200000000 implements MigrationInterface {
  name = 'RateLimits1765200000000';

  async up(q: QueryRunner): Promise<void> {
    // Columns as the library rate-limiter-flexible reads and writes them; `expire` is in milliseconds since 1970.
    await q.query(`CREATE UNLOGGED TABLE rate_limits (
      key varchar(255) PRIMARY KEY,
      points integer NOT NULL DEFAULT 0,
      expire bigint
    )`);
    await q.query('CREATE INDEX rate_limits_expire ON rate_limits (expire)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE rate_limits');
  }
}
