import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files that wait for a commit count in their namespace from their first byte on. */
export class StagedRoom1765210000000 implements MigrationInterface {
  name = 'StagedRoom1765210000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE staged_uploads
      ADD COLUMN reserved_bytes bigint NOT NULL DEFAULT 0,
      -- What they count as until a commit is made of them: "git" or "lfs".
      ADD COLUMN measure text NOT NULL DEFAULT 'git' CHECK (measure IN ('git', 'lfs'))`);
    await q.query('UPDATE staged_uploads SET reserved_bytes = COALESCE(size_bytes, 0) WHERE NOT is_published');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE staged_uploads DROP COLUMN reserved_bytes, DROP COLUMN measure');
  }
}
