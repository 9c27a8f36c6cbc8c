import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Repositories take turns with their events and webhooks with their deliveries; what fails for good is kept and shown. */
export class EventTurns1765300000000 implements MigrationInterface {
  name = 'EventTurns1765300000000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`ALTER TABLE outbox_events
      -- The jobs that the event was handed to. Null: not handed over, or by a release that did not say.
      ADD COLUMN awaits text[],
      ADD COLUMN failures integer NOT NULL DEFAULT 0,
      ADD COLUMN failure text,
      ADD COLUMN failed_at timestamptz`);
    await q.query(`CREATE INDEX outbox_events_turns ON outbox_events (repository_id, sequence)
      WHERE settled_at IS NULL AND failed_at IS NULL`);
    await q.query('CREATE INDEX outbox_events_failed ON outbox_events (failed_at DESC) WHERE failed_at IS NOT NULL');
    await q.query(`CREATE INDEX webhook_deliveries_turns ON webhook_deliveries (webhook_id, next_attempt_at, id)
      WHERE state IN ('pending', 'failed')`);
    await q.query(`CREATE TABLE job_failures (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      payload jsonb NOT NULL,
      reason text NOT NULL,
      times integer NOT NULL DEFAULT 1,
      failed_at timestamptz NOT NULL)`);
    await q.query('CREATE UNIQUE INDEX job_failures_job ON job_failures (name, md5(payload::text))');
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE job_failures');
    await q.query('DROP INDEX webhook_deliveries_turns, outbox_events_failed, outbox_events_turns');
    await q.query(
      'ALTER TABLE outbox_events DROP COLUMN awaits, DROP COLUMN failures, DROP COLUMN failure, DROP COLUMN failed_at',
    );
  }
}
