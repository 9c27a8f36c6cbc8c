import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** What one push asked of one ref, whatever became of it. */
export interface LoggedCommand {
  ref: string;
  pushedAt: Date;
  oldOid: string;
  newOid: string;
}

/** An id that a ref held before or after a push. */
export interface LoggedTip {
  ref: string;
  oid: string;
  /** Of the latest push that names it there. */
  pushedAt: Date;
}

const EVER = new Date(0);

/** What pushes did to refs, for those who must know where refs were. `pushes` writes it. */
@Injectable()
export class RefLogService {
  constructor(private readonly database: DataSource) {}

  /** Whatever became of them: a push under way, recorded or given up. The latest first. */
  async commandsSince(repositoryId: number, since: Date): Promise<LoggedCommand[]> {
    const rows = await this.database.query<{ ref: string; old_oid: string; new_oid: string; pushed_at: Date }[]>(
      `SELECT c.ref, c.old_oid, c.new_oid, p.created_at AS pushed_at
         FROM pushes p JOIN push_commands c ON c.push_id = p.id
        WHERE p.repository_id = $1 AND p.created_at >= $2 ORDER BY p.created_at DESC`,
      [repositoryId, since],
    );
    return rows.map((row) => ({ ref: row.ref, pushedAt: row.pushed_at, oldOid: row.old_oid, newOid: row.new_oid }));
  }

  /** Each id once for each ref, the latest first; the zero id is among them. */
  async tips(repositoryId: number, { since = EVER, limit }: { since?: Date; limit?: number }): Promise<LoggedTip[]> {
    const rows = await this.database.query<{ ref: string; oid: string; pushed_at: Date }[]>(
      `SELECT c.ref, tip.oid, max(p.created_at) AS pushed_at
         FROM pushes p JOIN push_commands c ON c.push_id = p.id
         CROSS JOIN LATERAL (VALUES (c.old_oid), (c.new_oid)) AS tip (oid)
        WHERE p.repository_id = $1 AND p.created_at >= $2
        GROUP BY c.ref, tip.oid ORDER BY pushed_at DESC LIMIT $3`,
      [repositoryId, since, limit ?? null],
    );
    return rows.map(({ ref, oid, pushed_at }) => ({ ref, oid, pushedAt: pushed_at }));
  }

  /** The ids of pushes that may be moving refs. */
  async pendingPushes(repositoryId: number): Promise<string[]> {
    const rows = await this.database.query<{ id: string }[]>(
      `SELECT id FROM pushes WHERE repository_id = $1 AND state = 'intended'`,
      [repositoryId],
    );
    return rows.map(({ id }) => id);
  }

  /** Where each ref stood when the last push was recorded: ref → oid. */
  recordedTips(repositoryId: number): Promise<Map<string, string>> {
    return recordedTips(this.database.manager, repositoryId);
  }
}

export async function recordedTips(manager: EntityManager, repositoryId: number): Promise<Map<string, string>> {
  const rows = await manager.query<{ ref: string; oid: string }[]>(
    'SELECT ref, oid FROM ref_tips WHERE repository_id = $1',
    [repositoryId],
  );
  return new Map(rows.map(({ ref, oid }) => [ref, oid]));
}
