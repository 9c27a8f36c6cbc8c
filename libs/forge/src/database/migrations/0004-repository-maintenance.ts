import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known about the upkeep of each repository that was ever pushed to. */
export class RepositoryMaintenance1764400000000 implements MigrationInterface {
  name = 'RepositoryMaintenance1764400000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE repository_maintenance (
      repository_id integer PRIMARY KEY REFERENCES repositories (id) ON DELETE CASCADE,
      -- Since the last run.
      pushes_since integer NOT NULL DEFAULT 0,
      last_run_at timestamptz,
      last_full_at timestamptz,
      -- Bytes on disk after the last run, and after the last full repack.
      run_size_bytes bigint NOT NULL DEFAULT 0,
      full_size_bytes bigint NOT NULL DEFAULT 0,
      -- In a row; with the reason of the last one.
      failures integer NOT NULL DEFAULT 0,
      last_error text,
      -- Null: not before the next push.
      due_at timestamptz
    )`);
    await q.query(
      'CREATE INDEX repository_maintenance_due ON repository_maintenance (due_at) WHERE due_at IS NOT NULL',
    );
    await q.query(
      'CREATE INDEX repository_maintenance_failing ON repository_maintenance (repository_id) WHERE failures > 0',
    );
    // Repositories of before this table are due at once, the first sweeps take them one after another.
    await q.query(`INSERT INTO repository_maintenance (repository_id, due_at)
      SELECT id, now() FROM repositories WHERE pushed_at IS NOT NULL`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE repository_maintenance');
  }
}
