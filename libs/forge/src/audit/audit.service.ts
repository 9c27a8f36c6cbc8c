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
  /** Left out where the origin of the request tells. */
  actor?: { userId: number; name: string; via: Origin['via'] } | null;
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
  limit: number;
  offset: number;
}

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
       SELECT $1, $2, $3, $4, $5, n.id, n.name, r.id, r.name, $7, $8, $9
         FROM (SELECT 1) one LEFT JOIN repositories r ON r.id = $6 LEFT JOIN namespaces n ON n.id = r.namespace_id`,
      [
        this.clock.now(),
        actor?.userId ?? null,
        actor?.name ?? null,
        origin.via ?? entry.actor?.via ?? null,
        origin.address,
        entry.repositoryId ?? null,
        entry.action,
        entry.target,
        JSON.stringify(entry.details ?? {}),
      ],
    );
  }

  /** The latest first. */
  async list({ repositoryId, actionPrefix, limit, offset }: AuditQuery): Promise<AuditEntry[]> {
    const rows = (await this.database.query(
      `SELECT * FROM audit_entries WHERE ($1::integer IS NULL OR repository_id = $1) AND starts_with(action, $2)
        ORDER BY id DESC LIMIT $3 OFFSET $4`,
      [repositoryId, actionPrefix, limit, offset],
    )) as Row[];
    return rows.map(fromRow);
  }
}
