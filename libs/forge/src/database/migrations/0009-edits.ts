import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that a browser has sent and no commit holds yet. */
export class Edits1764900000000 implements MigrationInterface {
  name = 'Edits1764900000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE staged_uploads (
      id uuid PRIMARY KEY,
      repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
      user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      path text NOT NULL,
      -- Null while its bytes arrive.
      size_bytes bigint,
      sha256 text,
      crc32 bigint,
      -- The bytes are the LFS object's now; before, they lie in the object store under "uploads/<id>".
      is_published boolean NOT NULL DEFAULT false,
      touched_at timestamptz NOT NULL
    )`);
    await q.query('CREATE INDEX staged_uploads_owner ON staged_uploads (repository_id, user_id)');
    await q.query('CREATE INDEX staged_uploads_touched ON staged_uploads (touched_at)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE staged_uploads');
  }
}
