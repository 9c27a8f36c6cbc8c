import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK } from '../database/tokens';
import type { AuditAction } from './audit-action';
import { currentOrigin, type Origin } from './origin';

/** What happened. Nothing secret belongs into it: whoever administers the repository reads it. */
export interface NewAuditEntry {
  action: AuditAction;
  /** What it happened to, in words: a path, a name, a pattern. */
  target: string;
  /** Left out for what concerns an account. */
  repositoryId?: number;
  /** Of what concerns a namespace as a whole; that of the repository where there is one. */
  namespace?: { id: number; name: string };
  /** Left out where the origin of the request tells. */
  actor?: { userId: number; name: string; via: Origin['via'] } | null;
  /** Left out where the origin of the request tells. */
  address?: string | null;
  details?: Record<string, unknown>;
}

export interface AuditEntry {
  id: number;
  at: Date;
  action: string;
  actorUserId: number | null;
  /** Names are as they were. */
  actorName: string | null;
  via: string | null;
  address: string | null;
  repositoryId: number | null;
  repositoryName: string | null;
  target: string;
  details: Record<string, unknown>;
}

export interface AuditQuery {
  /** Null: of the whole hub. */
  repositoryId: number | null;
  /** The beginning of the action's name; empty for all. */
  actionPrefix: string;
  /** Exact, whatever the case; `null`: those of the hub itself. */
  actorName?: string | null;
  /** `namespace/repository`, or a namespace and all of its repositories, under the names that they had. */
  where?: { namespace: string; repository?: string };
  since?: Date;
  until?: Date;
  /** Only entries older than that one. */
  beforeId?: number;
  limit: number;
  offset: number;
}

const PRUNED_AT_ONCE = 5000;
const MAX_COUNTED = 100_000;

interface Row {
  id: string;
  at: Date;
  action: string;
  actor_user_id: number | null;
  actor_name: string | null;
  via: string | null;
  address: string | null;
  repository_id: number | null;
  namespace_name: string | null;
  repository_name: string | null;
  target: string;
  details: Record<string, unknown>;
}

function fromRow(row: Row): AuditEntry {
  const { at, action, via, address, target, details } = row;
  return {
    id: Number(row.id),
    at,
    action,
    via,
    address,
    target,
    details,
    actorUserId: row.actor_user_id,
    actorName: row.actor_name,
    repositoryId: row.repository_id,
    repositoryName: row.repository_name && `${row.namespace_name}/${row.repository_name}`,
  };
}

/** Who did what, when and from where: written with what it tells, never changed. */
@Injectable()
export class AuditService {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Writes `entry` in the caller's transaction: what it tells has happened exactly when the entry is there. */
  async record(manager: EntityManager, entry: NewAuditEntry): Promise<void> {
    const origin = currentOrigin();
    // On the command line the operator acts, whoever's name a service is called in.
    const actor = entry.actor === undefined || origin.via === 'cli' ? origin.actor : entry.actor;
    await manager.query(
      `INSERT INTO audit_entries (at, actor_user_id, actor_name, via, address, namespace_id, namespace_name,
         repository_id, repository_name, action, target, details)
       SELECT $1, $2, $3, $4, $5, COALESCE(r.namespace_id, $10), COALESCE(r.namespace_name, $11), r.id, r.name, $7, $8, $9
         FROM (SELECT 1) one LEFT JOIN repository_summaries r ON r.id = $6`,
      [
        this.clock.now(),
        actor?.userId ?? null,
        actor?.name ?? null,
        origin.via ?? entry.actor?.via ?? null,
        entry.address ?? origin.address,
        entry.repositoryId ?? null,
        entry.action,
        entry.target,
        JSON.stringify(entry.details ?? {}),
        entry.namespace?.id ?? null,
        entry.namespace?.name ?? null,
      ],
    );
  }

  /** The latest first. */
  async list(query: AuditQuery): Promise<AuditEntry[]> {
    const { conditions, parameters } = conditionsOf(query);
    const rows = await this.database.query<Row[]>(
      `SELECT * FROM audit_entries WHERE ${conditions.join(' AND ')}
        ORDER BY id DESC LIMIT $${parameters.length + 1} OFFSET $${parameters.length + 2}`,
      [...parameters, query.limit, query.offset],
    );
    return rows.map(fromRow);
  }

  /** How many {@link list} has in all; null where that are more than anybody leafs through, which nobody counts. */
  async count(query: Omit<AuditQuery, 'limit' | 'offset'>): Promise<number | null> {
    const { conditions, parameters } = conditionsOf(query);
    const [row] = await this.database.query<[{ entries: number }]>(
      `SELECT count(*)::int AS entries FROM
         (SELECT 1 FROM audit_entries WHERE ${conditions.join(' AND ')} LIMIT ${MAX_COUNTED + 1}) AS counted`,
      parameters,
    );
    return row.entries > MAX_COUNTED ? null : row.entries;
  }

  /**
   * Removes the entries of before that moment, a few thousand at a time, so that nobody waits for it. Nothing else ever
   * takes an entry back: the trigger on the table lets those alone go that a pruning transaction names as too old.
   *
   * @returns how many went.
   */
  async prune(before: Date, signal?: AbortSignal): Promise<number> {
    for (let pruned = 0; ;) {
      signal?.throwIfAborted();
      const gone = await this.database.transaction(async (manager) => {
        await manager.query(`SELECT set_config('granary.audit_prune_before', $1, true)`, [before.toISOString()]);
        const [, count] = await manager.query<[unknown, number]>(
          `DELETE FROM audit_entries WHERE id IN
             (SELECT id FROM audit_entries WHERE at < $1 ORDER BY at LIMIT ${PRUNED_AT_ONCE})`,
          [before],
        );
        return count;
      });
      pruned += gone;
      if (gone < PRUNED_AT_ONCE) return pruned;
    }
  }
}

function conditionsOf(query: Omit<AuditQuery, 'limit' | 'offset'>): { conditions: string[]; parameters: unknown[] } {
  const { repositoryId, actionPrefix, actorName, where, since, until, beforeId } = query;
  const parameters: unknown[] = [];
  const conditions = ['true'];
  const add = (condition: (place: string) => string, value: unknown): void => {
    parameters.push(value);
    conditions.push(condition(`$${parameters.length}`));
  };
  if (repositoryId !== null) add((place) => `repository_id = ${place}`, repositoryId);
  if (actionPrefix !== '') add((place) => `starts_with(action, ${place})`, actionPrefix);
  if (actorName === null) conditions.push('actor_user_id IS NULL');
  else if (actorName !== undefined) add((place) => `lower(actor_name) = lower(${place})`, actorName);
  if (where) add((place) => `lower(namespace_name) = lower(${place})`, where.namespace);
  if (where?.repository !== undefined) add((place) => `lower(repository_name) = lower(${place})`, where.repository);
  if (since) add((place) => `at >= ${place}`, since);
  if (until) add((place) => `at < ${place}`, until);
  if (beforeId !== undefined) add((place) => `id < ${place}`, beforeId);
  return { conditions, parameters };
}
