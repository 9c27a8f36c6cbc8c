import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For what is looked for inside of names and descriptions (PostgreSQL: "pg_trgm"). */
const TRIGRAMS = [
  'CREATE EXTENSION IF NOT EXISTS pg_trgm',
  'CREATE INDEX repositories_name_trigrams ON repositories USING gin (name_folded gin_trgm_ops)',
  `CREATE INDEX repositories_description_trigrams ON repositories
     USING gin (lower(COALESCE(description, '')) gin_trgm_ops)`,
  'CREATE INDEX namespaces_name_trigrams ON namespaces USING gin (name_folded gin_trgm_ops)',
];

/**
 * Lists in their order, those of what anybody who is signed in may read apart: they are read and counted without a look
 * at the rest of the hub. A server of somebody else's may lack pg_trgm, or not allow it: then a search reads every
 * repository, as it did before.
 */
export class RepositoryLists1765370000000 implements MigrationInterface {
  async up(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX repositories_recent');
    await q.query(`CREATE INDEX repositories_recent
      ON repositories (COALESCE(pushed_at, created_at) DESC, id DESC) WHERE deleted_at IS NULL`);
    await q.query(`CREATE INDEX repositories_shown
      ON repositories (COALESCE(pushed_at, created_at) DESC, id DESC) INCLUDE (visibility)
      WHERE deleted_at IS NULL AND visibility <> 'private'`);
    await q.query('SAVEPOINT trigrams');
    try {
      for (const statement of TRIGRAMS) await q.query(statement);
    } catch {
      await q.query('ROLLBACK TO SAVEPOINT trigrams');
    }
    await q.query('RELEASE SAVEPOINT trigrams');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const name of [
      'namespaces_name_trigrams',
      'repositories_description_trigrams',
      'repositories_name_trigrams',
      'repositories_shown',
      'repositories_recent',
    ])
      await q.query(`DROP INDEX IF EXISTS ${name}`);
    await q.query(
      'CREATE INDEX repositories_recent ON repositories (COALESCE(pushed_at, created_at) DESC) WHERE deleted_at IS NULL',
    );
  }
}
