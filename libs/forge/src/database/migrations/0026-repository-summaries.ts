import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What folders below `repositories` may know of one: they read this view, so that they name no table of a folder above
 * them. Postgres follows a column that is renamed; who changes a column's type makes the view anew.
 */
export class RepositorySummaries1765360000000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE VIEW repository_summaries AS
      SELECT r.id, r.name, r.namespace_id, n.name AS namespace_name, r.visibility,
             r.deleted_at IS NOT NULL AS is_deleted, r.git_size_bytes, r.lfs_size_bytes, r.lfs_object_count
        FROM repositories r LEFT JOIN namespaces n ON n.id = r.namespace_id`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP VIEW repository_summaries');
  }
}
