import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Public OpenPGP keys, for the signatures of commits and tags. `parts` are the primary key and its subkeys, in order. */
export class GpgKeys1764200000000 implements MigrationInterface {
  name = 'GpgKeys1764200000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`CREATE TABLE gpg_keys (
      id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      name text NOT NULL,
      fingerprint text NOT NULL UNIQUE,
      key_ids text[] NOT NULL,
      armored text NOT NULL,
      emails text[] NOT NULL,
      parts jsonb NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`);
    await q.query('CREATE INDEX gpg_keys_user ON gpg_keys (user_id)');
    await q.query('CREATE INDEX gpg_keys_key_ids ON gpg_keys USING gin (key_ids)');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE gpg_keys');
  }
}
