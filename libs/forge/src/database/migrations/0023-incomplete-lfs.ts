import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Repositories may let in history whose LFS objects are lost; which those are is remembered. */
export class IncompleteLfs1765320000000 implements MigrationInterface {
  name = 'IncompleteLfs1765320000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE push_rules ADD COLUMN allow_incomplete_lfs boolean');
    // One that is uploaded after all has a link then: whoever reads asks for both.
    await q.query(`CREATE TABLE lfs_missing (
      repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
      oid text NOT NULL,
      size_bytes bigint NOT NULL,
      path text NOT NULL,
      noted_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (repository_id, oid)
    )`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE lfs_missing');
    await q.query('ALTER TABLE push_rules DROP COLUMN allow_incomplete_lfs');
  }
}
