import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Archives that were made once. */
export class Archives1764800000000 implements MigrationInterface {
  name = 'Archives1764800000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE archives (
      repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
      key text NOT NULL,
      size_bytes bigint NOT NULL,
      sha256 text NOT NULL,
      -- False: too large to be kept, only its checksum is known.
      is_stored boolean NOT NULL,
      built_at timestamptz NOT NULL DEFAULT now(),
      used_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (repository_id, key)
    )`);
    await q.query('CREATE INDEX archives_used ON archives (used_at)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE archives');
  }
}
