import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who did what. Nothing here refers to another table: an entry outlives the user, the repository and the namespace that
 * it names, and keeps their names as they were.
 */
export class Audit1764600000000 implements MigrationInterface {
  name = 'Audit1764600000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE audit_entries (
      id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      at timestamptz NOT NULL,
      -- Null: the hub itself, or its operator.
      actor_user_id integer,
      actor_name text,
      -- How the actor was known: session, password, token, ssh, cli.
      via text,
      address text,
      namespace_id integer,
      namespace_name text,
      repository_id integer,
      repository_name text,
      action text NOT NULL,
      target text NOT NULL,
      details jsonb NOT NULL DEFAULT '{}'
    )`);
    await q.query('CREATE INDEX audit_entries_repository ON audit_entries (repository_id, id DESC)');
    await q.query(`CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'audit entries are only ever added'; END $$`);
    await q.query(`CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries
      FOR EACH ROW EXECUTE FUNCTION audit_entries_stay()`);
    // A lock is old when its owner pushed nothing since.
    await q.query('CREATE INDEX pushes_actor ON pushes (repository_id, actor_user_id, recorded_at DESC)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP INDEX pushes_actor');
    await q.query('DROP TABLE audit_entries');
    await q.query('DROP FUNCTION audit_entries_stay()');
  }
}
