import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where each LFS object lies, and the uploads that a batch has made room for. */
export class LfsUploads1764500000000 implements MigrationInterface {
  name = 'LfsUploads1764500000000';

  async up(q: QueryRunner): Promise<void> {
    // Every publication has a key of its own: what collects the old one cannot hit the new one.
    await q.query('ALTER TABLE lfs_objects ADD COLUMN storage_key text');
    await q.query(`UPDATE lfs_objects
      SET storage_key = 'lfs/' || substr(oid, 1, 2) || '/' || substr(oid, 3, 2) || '/' || oid`);
    await q.query('ALTER TABLE lfs_objects ALTER COLUMN storage_key SET NOT NULL');
    // When somebody last showed the content. An object without links waits from here before it is collected.
    await q.query('ALTER TABLE lfs_objects ADD COLUMN touched_at timestamptz NOT NULL DEFAULT now()');
    await q.query(`CREATE TABLE lfs_uploads (
      repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
      oid text NOT NULL CHECK (oid ~ '^[0-9a-f]{64}$'),
      -- The name of its staging keys, never used again.
      id uuid NOT NULL UNIQUE,
      size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
      user_id integer REFERENCES users (id) ON DELETE SET NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      PRIMARY KEY (repository_id, oid)
    )`);
    await q.query('CREATE INDEX lfs_uploads_expired ON lfs_uploads (expires_at)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE lfs_uploads');
    await q.query('ALTER TABLE lfs_objects DROP COLUMN touched_at, DROP COLUMN storage_key');
  }
}
