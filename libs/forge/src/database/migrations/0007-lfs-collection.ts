import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What collects LFS objects that nothing names any more, and what looks after the bytes of those that stay. */
export class LfsCollection1764700000000 implements MigrationInterface {
  name = 'LfsCollection1764700000000';

  async up(q: QueryRunner): Promise<void> {
    for (const statement of [...LINKS, ...TRASH, ...RUNS, ...INTEGRITY]) await q.query(statement);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX lfs_objects_scrub, lfs_objects_damaged, lfs_uploads_oid');
    await q.query('ALTER TABLE lfs_objects DROP COLUMN damaged_at, DROP COLUMN damage, DROP COLUMN scrubbed_at');
    await q.query('DROP TABLE lfs_orphan_keys, lfs_collections, lfs_trash');
    await q.query('ALTER TABLE lfs_links DROP COLUMN shown_at');
  }
}

const LINKS = [
  // When somebody last linked the object or pushed a pointer to it: its grace begins here.
  'ALTER TABLE lfs_links ADD COLUMN shown_at timestamptz NOT NULL DEFAULT now()',
  'UPDATE lfs_links SET shown_at = created_at',
];

const TRASH = [
  // Links that were collected. They let nobody read, and keep the object until they are purged.
  `CREATE TABLE lfs_trash (
    repository_id integer NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    oid text NOT NULL REFERENCES lfs_objects (oid),
    linked_at timestamptz NOT NULL,
    collected_at timestamptz NOT NULL,
    purge_after timestamptz NOT NULL,
    -- Where a pointer to it was last seen, as far as git still knew; null: nowhere.
    last_named jsonb,
    PRIMARY KEY (repository_id, oid)
  )`,
  'CREATE INDEX lfs_trash_oid ON lfs_trash (oid)',
  'CREATE INDEX lfs_trash_due ON lfs_trash (purge_after)',
];

const RUNS = [
  `CREATE TABLE lfs_collections (
    repository_id integer PRIMARY KEY REFERENCES repositories (id) ON DELETE CASCADE,
    -- Of the last run that went to its end.
    completed_at timestamptz,
    last_run jsonb,
    last_dry_run jsonb,
    requested_at timestamptz
  )`,
];

const INTEGRITY = [
  // damaged_at: the bytes are lost or wrong, and nobody gets them until an upload brings them again.
  `ALTER TABLE lfs_objects ADD COLUMN damaged_at timestamptz, ADD COLUMN damage text, ADD COLUMN scrubbed_at timestamptz`,
  'CREATE INDEX lfs_objects_damaged ON lfs_objects (oid) WHERE damaged_at IS NOT NULL',
  'CREATE INDEX lfs_objects_scrub ON lfs_objects (COALESCE(scrubbed_at, created_at)) WHERE damaged_at IS NULL',
  'CREATE INDEX lfs_uploads_oid ON lfs_uploads (oid)',
  // Keys of the store that no row named when they were first looked at.
  'CREATE TABLE lfs_orphan_keys (storage_key text PRIMARY KEY, seen_at timestamptz NOT NULL)',
];
