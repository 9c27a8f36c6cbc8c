import type { Clock } from '@granary/kernel';
import { DomainError } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK } from '../database/tokens';
import type { EventKind } from './event';
import { OutboxRelay } from './outbox-relay';

export interface FailedEvent {
  /** UUID. */
  id: string;
  kind: EventKind;
  /** `namespace/name`; null when it is gone. */
  repository: string | null;
  /** The ref that moved, where one did. */
  ref: string | null;
  reason: string;
  times: number;
  failedAt: Date;
}

export interface EventCounts {
  /** Not handed to the queue yet. */
  waiting: number;
  /** With the queue. */
  inProgress: number;
  failed: number;
  /** When the oldest that waits or is in progress was recorded. */
  oldestAt: Date | null;
}

interface FailedRow {
  id: string;
  kind: EventKind;
  repository: string | null;
  ref: string | null;
  failure: string | null;
  failures: number;
  failed_at: Date;
}

/** What an administrator sees of the outbox. */
@Injectable()
export class FailedEventsService {
  constructor(
    private readonly database: DataSource,
    private readonly relay: OutboxRelay,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async counts(): Promise<EventCounts> {
    const [row] = await this.database.query<
      { waiting: number; in_progress: number; oldest_at: Date | null; failed: number }[]
    >(
      `SELECT count(*) FILTER (WHERE relayed_at IS NULL)::integer AS waiting,
              count(*) FILTER (WHERE relayed_at IS NOT NULL)::integer AS in_progress, min(created_at) AS oldest_at,
              (SELECT count(*)::integer FROM outbox_events WHERE failed_at IS NOT NULL) AS failed
         FROM outbox_events WHERE settled_at IS NULL AND failed_at IS NULL`,
    );
    return {
      waiting: row?.waiting ?? 0,
      inProgress: row?.in_progress ?? 0,
      failed: row?.failed ?? 0,
      oldestAt: row?.oldest_at ?? null,
    };
  }

  /** The latest first. */
  async list(limit: number): Promise<FailedEvent[]> {
    const rows = await this.database.query<FailedRow[]>(
      `SELECT e.id, e.kind, r.namespace_name || '/' || r.name AS repository, e.payload->>'ref' AS ref, e.failure,
              e.failures, e.failed_at
         FROM outbox_events e LEFT JOIN repository_summaries r ON r.id = e.repository_id
        WHERE e.failed_at IS NOT NULL ORDER BY e.failed_at DESC, e.sequence DESC LIMIT $1`,
      [limit],
    );
    return rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      repository: row.repository,
      ref: row.ref,
      reason: row.failure ?? 'no reason was noted',
      times: row.failures,
      failedAt: row.failed_at,
    }));
  }

  /** Hands the event to the queue again, as if it had just happened. @throws DomainError `not_found`. */
  async retry(id: string): Promise<void> {
    const [rows] = await this.database.query<[{ id: string }[], number]>(
      `UPDATE outbox_events SET failed_at = NULL, failures = 0, relayed_at = NULL
        WHERE id = $1 AND failed_at IS NOT NULL RETURNING id`,
      [id],
    );
    if (rows.length === 0) throw new DomainError('not_found', 'There is no such failed event.');
    this.relay.nudge();
  }

  /** Seconds since the oldest event that still waits was recorded; 0 when none does. */
  async oldestSeconds(): Promise<number> {
    const { oldestAt } = await this.counts();
    return oldestAt ? Math.max(0, (this.clock.now().getTime() - oldestAt.getTime()) / 1000) : 0;
  }
}
