import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A namespace's own limits, public and private apart. What was one limit for both is the limit of each. */
export class Quotas1764960000000 implements MigrationInterface {
  name = 'Quotas1764960000000';

  async up(q: QueryRunner): Promise<void> {
    // By name; null: no limit. A name that is absent follows the hub's default.
    await q.query(`ALTER TABLE namespaces ADD COLUMN limits jsonb NOT NULL DEFAULT '{}'
      CHECK (jsonb_typeof(limits) = 'object')`);
    await q.query(`UPDATE namespaces SET limits = jsonb_strip_nulls(jsonb_build_object(
        'git_public_bytes', git_quota_bytes, 'git_private_bytes', git_quota_bytes,
        'lfs_public_bytes', lfs_quota_bytes, 'lfs_private_bytes', lfs_quota_bytes))
      WHERE git_quota_bytes IS NOT NULL OR lfs_quota_bytes IS NOT NULL`);
    await q.query('ALTER TABLE namespaces DROP COLUMN git_quota_bytes, DROP COLUMN lfs_quota_bytes');
    await q.query('CREATE INDEX repositories_namespace ON repositories (namespace_id)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX repositories_namespace');
    await q.query('ALTER TABLE namespaces ADD COLUMN git_quota_bytes bigint, ADD COLUMN lfs_quota_bytes bigint');
    await q.query(`UPDATE namespaces SET git_quota_bytes = (limits ->> 'git_private_bytes')::bigint,
      lfs_quota_bytes = (limits ->> 'lfs_private_bytes')::bigint`);
    await q.query('ALTER TABLE namespaces DROP COLUMN limits');
  }
}
