import type { DataSource } from 'typeorm';
import { lastTipOf } from '../../ref-log';

/** The path of every lock that is open, and the commit that its branch held last, however long ago it went. */
export function lockedTips(database: DataSource, repositoryId: number): Promise<{ path: string; oid: string }[]> {
  return database.query<{ path: string; oid: string }[]>(
    `SELECT l.path, tip.oid FROM lfs_locks l
       CROSS JOIN LATERAL (${lastTipOf({ repositoryId: 'l.repository_id', ref: 'l.ref' })}) AS tip
      WHERE l.repository_id = $1`,
    [repositoryId],
  );
}
