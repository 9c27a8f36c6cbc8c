import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the bodies of a webhook's deliveries are written: those that exist get JSON, as before. */
export class WebhookContentType1765350000000 implements MigrationInterface {
  name = 'WebhookContentType1765350000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(
      `ALTER TABLE webhooks ADD COLUMN content_type text NOT NULL DEFAULT 'json' CHECK (content_type IN ('json', 'form'))`,
    );
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('ALTER TABLE webhooks DROP COLUMN content_type');
  }
}
