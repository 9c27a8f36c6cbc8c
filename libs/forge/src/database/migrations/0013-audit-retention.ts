import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Entries may be pruned by age, and are looked through hub-wide. */
export class AuditRetention1765130000000 implements MigrationInterface {
  name = 'AuditRetention1765130000000';

  async up(q: QueryRunner): Promise<void> {
    // Still never changed; taken away only by a transaction that says from which age on, and only what is older.
    await q.query(`CREATE OR REPLACE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF TG_OP = 'DELETE' AND OLD.at < nullif(current_setting('granary.audit_prune_before', true), '')::timestamptz THEN
          RETURN OLD;
        END IF;
        RAISE EXCEPTION 'audit entries are only ever added';
      END $$`);
    await q.query('CREATE INDEX audit_entries_at ON audit_entries (at)');
    await q.query('CREATE INDEX audit_entries_actor ON audit_entries (lower(actor_name), id DESC)');
    await q.query('CREATE INDEX audit_entries_namespace ON audit_entries (lower(namespace_name), id DESC)');
  }

  async down(q: QueryRunner): Promise<void> {
    for (const index of ['namespace', 'actor', 'at']) await q.query(`DROP INDEX audit_entries_${index}`);
    await q.query(`CREATE OR REPLACE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'audit entries are only ever added'; END $$`);
  }
}
