import { cutText, timeOrderedId, visible, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK } from '../database/tokens';
import { HubEvent, type PushEvent, type RecordedEvent } from './event';

const KEEP_DAYS = 30;
const INSERTED_AT_ONCE = 1_000;
const DAY_MS = 86_400_000;
/** An event that failed so often is left alone until somebody asks for it again. */
const MAX_FAILURES = 8;
const MAX_REASON_LENGTH = 1_000;

interface EventRow {
  id: string;
  payload: unknown;
  created_at: Date;
}

/** The outbox: an event is written with what caused it, or not at all. */
@Injectable()
export class EventsService {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Writes `event` in the caller's transaction. After its commit, `OutboxRelay.nudge()` spares the relay's next tick.
   *
   * @returns the event's id.
   */
  async record(manager: EntityManager, event: HubEvent): Promise<string> {
    const [id = ''] = await this.recordAll(manager, [event]);
    return id;
  }

  /** As {@link record}, in a few statements however many there are: one push may move thousands of refs. */
  async recordAll(manager: EntityManager, events: readonly HubEvent[]): Promise<string[]> {
    const now = this.clock.now();
    const rows = events.map((event) => ({ id: timeOrderedId(now), event: HubEvent.parse(event) }));
    for (let at = 0; at < rows.length; at += INSERTED_AT_ONCE) {
      const some = rows.slice(at, at + INSERTED_AT_ONCE);
      await manager.query(
        `INSERT INTO outbox_events (id, kind, repository_id, payload, created_at)
         SELECT id, kind, repository_id, payload, $5 FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::jsonb[])
           WITH ORDINALITY AS given (id, kind, repository_id, payload, position) ORDER BY position`,
        [
          some.map(({ id }) => id),
          some.map(({ event }) => event.kind),
          some.map(({ event }) => event.repositoryId),
          some.map(({ event }) => JSON.stringify(event)),
          now,
        ],
      );
    }
    return rows.map(({ id }) => id);
  }

  /** Null when it was pruned, or failed for good. */
  async find(id: string): Promise<RecordedEvent | null> {
    const [row] = await this.database.query<EventRow[]>(
      'SELECT id, payload, created_at FROM outbox_events WHERE id = $1 AND failed_at IS NULL',
      [id],
    );
    return row ? { id: row.id, event: HubEvent.parse(row.payload), createdAt: row.created_at } : null;
  }

  /** The repository's last push to all its webhooks. */
  async lastPush(repositoryId: number): Promise<PushEvent | null> {
    const [row] = await this.database.query<Pick<EventRow, 'payload'>[]>(
      `SELECT payload FROM outbox_events
        WHERE repository_id = $1 AND kind = 'push' AND NOT payload ? 'hookId' ORDER BY sequence DESC LIMIT 1`,
      [repositoryId],
    );
    const event = row && HubEvent.parse(row.payload);
    return event?.kind === 'push' ? event : null;
  }

  /**
   * Notes in the job's own transaction that `job` has dealt with the event. An event that is not settled by all the jobs
   * that it was handed to is handed to the queue again.
   */
  async settle(manager: EntityManager, { id }: RecordedEvent, job: string): Promise<void> {
    await manager.query(
      `UPDATE outbox_events
          SET settled_by = array_append(array_remove(settled_by, $2), $2),
              settled_at = CASE WHEN awaits IS NULL OR array_append(settled_by, $2) @> awaits THEN $3::timestamptz END,
              failure = NULL
        WHERE id = $1 AND settled_at IS NULL`,
      [id, job, this.clock.now()],
    );
  }

  /** @returns whether the event has failed for good: the eighth failure is the last. */
  async noteFailure(id: string, reason: unknown): Promise<boolean> {
    const text = cutText(visible(reason instanceof Error ? reason.message : String(reason)), MAX_REASON_LENGTH);
    const [rows] = await this.database.query<[{ failed_at: Date | null }[], number]>(
      `UPDATE outbox_events
          SET failures = failures + 1, failure = $2,
              failed_at = CASE WHEN failures + 1 >= ${MAX_FAILURES} THEN $3::timestamptz END
        WHERE id = $1 AND settled_at IS NULL RETURNING failed_at`,
      [id, text, this.clock.now()],
    );
    return rows.every(({ failed_at }) => failed_at !== null);
  }

  /** Deletes what is older than 30 days, but no repository's last push, which a webhook's test sends again. */
  async prune(): Promise<void> {
    await this.database.query(
      `DELETE FROM outbox_events e WHERE created_at < $1 AND NOT (kind = 'push' AND NOT EXISTS (
         SELECT 1 FROM outbox_events later
          WHERE later.kind = 'push' AND later.repository_id = e.repository_id AND later.sequence > e.sequence))`,
      [new Date(this.clock.now().getTime() - KEEP_DAYS * DAY_MS)],
    );
  }
}
