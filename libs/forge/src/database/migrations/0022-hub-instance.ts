import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which data directory this database belongs to: one row, written by the first process that opens both. */
export class HubInstance1765310000000 implements MigrationInterface {
  name = 'HubInstance1765310000000';

  async up(q: QueryRunner): Promise<void> {
    // copy_mark: what both halves looked like when they were last compared; a restored copy looks otherwise.
    await q.query(`CREATE TABLE hub_instance (
      only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
      data_dir_id text NOT NULL,
      copy_mark text,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE hub_instance');
  }
}
