import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A key that a token has added ends with the token. */
export class SshKeyExpiry1765220000000 implements MigrationInterface {
  name = 'SshKeyExpiry1765220000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE ssh_keys ADD COLUMN expires_at timestamptz');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE ssh_keys DROP COLUMN expires_at');
  }
}
