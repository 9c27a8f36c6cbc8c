import type { EntityManager } from 'typeorm';
import type { EventKind } from './event';
import type { WaitingEvent } from './subscriptions';

/** So many events of one repository are with the queue at a time: the next of another never stands behind more. */
const IN_HAND = 100;
const REPOSITORIES_A_ROUND = 100;
const EVENTS_A_TURN = 250;
const EVENTS_A_ROUND = 1_000;

/** An event whose repository's turn it is, and how many of its repository's may be handed over. */
export type TakenEvent = WaitingEvent & { room: number };

interface TakenRow {
  id: string;
  kind: EventKind;
  repository_id: number;
  created_at: Date;
  hook_id: number | null;
  room: number;
}

const WAITS = 'e.settled_at IS NULL AND e.failed_at IS NULL AND e.relayed_at IS NULL';
const IS_IN_HAND = 'e.settled_at IS NULL AND e.failed_at IS NULL AND e.relayed_at IS NOT NULL';

/**
 * Lets the repositories take turns, however many events one of them has: each round takes some events of each of the
 * next repositories, beginning behind the last one that had a turn.
 */
export class Turns {
  private last = 0;

  /** Locks what it takes; what another relay holds is passed over. Empty: there is nothing to do at present. */
  async take(manager: EntityManager): Promise<TakenEvent[]> {
    const beganBehind = this.last;
    let wrapped = beganBehind === 0;
    for (;;) {
      const repositories = await nextRepositories(manager, this.last);
      const rows = repositories.length > 0 ? await eventsOf(manager, repositories) : [];
      const isCut = rows.length === EVENTS_A_ROUND;
      this.last = (isCut ? rows.at(-1)?.repositoryId : repositories.at(-1)) ?? 0;
      if (rows.length > 0) return rows;
      if (repositories.length === REPOSITORIES_A_ROUND) {
        if (wrapped && this.last >= beganBehind && beganBehind > 0) return [];
        continue;
      }
      this.last = 0;
      if (wrapped) return [];
      wrapped = true;
    }
  }
}

/** Walks over the index from repository to repository, past all the other events of each. */
async function nextRepositories(manager: EntityManager, behind: number): Promise<number[]> {
  const rows = await manager.query<{ repository_id: number }[]>(
    `WITH RECURSIVE waiting (repository_id, n) AS (
       (SELECT e.repository_id, 1 FROM outbox_events e
         WHERE ${WAITS} AND e.repository_id > $1 ORDER BY e.repository_id LIMIT 1)
       UNION ALL
       SELECT (SELECT e.repository_id FROM outbox_events e
                WHERE ${WAITS} AND e.repository_id > w.repository_id ORDER BY e.repository_id LIMIT 1), w.n + 1
         FROM waiting w WHERE w.repository_id IS NOT NULL AND w.n < ${REPOSITORIES_A_ROUND})
     SELECT repository_id FROM waiting WHERE repository_id IS NOT NULL`,
    [behind],
  );
  return rows.map(({ repository_id }) => repository_id);
}

async function eventsOf(manager: EntityManager, repositories: readonly number[]): Promise<TakenEvent[]> {
  const rows = await manager.query<TakenRow[]>(
    `SELECT t.repository_id, ${IN_HAND} - h.n AS room, e.*
       FROM unnest($1::integer[]) WITH ORDINALITY AS t (repository_id, turn)
      CROSS JOIN LATERAL (SELECT count(*)::integer AS n FROM (
        SELECT 1 FROM outbox_events e WHERE e.repository_id = t.repository_id AND ${IS_IN_HAND} LIMIT ${IN_HAND}) s) h
      CROSS JOIN LATERAL (
        SELECT e.id, e.kind, e.created_at, (e.payload->>'hookId')::integer AS hook_id FROM outbox_events e
         WHERE ${WAITS} AND e.repository_id = t.repository_id AND h.n < ${IN_HAND}
         ORDER BY e.sequence LIMIT ${EVENTS_A_TURN} FOR UPDATE SKIP LOCKED) e
      ORDER BY t.turn LIMIT ${EVENTS_A_ROUND}`,
    [repositories],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    repositoryId: row.repository_id,
    createdAt: row.created_at,
    hookId: row.hook_id,
    room: row.room,
  }));
}
