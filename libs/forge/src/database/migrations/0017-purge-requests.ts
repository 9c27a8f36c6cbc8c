import type { MigrationInterface, QueryRunner } from 'typeorm';

/** That an owner asked for a purge stands here until it is done, whatever the queue forgets. */
export class PurgeRequests1765230000000 implements MigrationInterface {
  name = 'PurgeRequests1765230000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE repository_maintenance
      ADD COLUMN purge_requested_at timestamptz,
      ADD COLUMN purged_at timestamptz`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE repository_maintenance DROP COLUMN purge_requested_at, DROP COLUMN purged_at');
  }
}
