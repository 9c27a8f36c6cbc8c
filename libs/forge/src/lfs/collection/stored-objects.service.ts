import type { LfsNaming, LfsObjectState, LfsStoredObject } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

interface Row {
  oid: string;
  size_bytes: string;
  state: LfsObjectState;
  linked_at: Date;
  collected_at: Date | null;
  purge_after: Date | null;
  last_named: LfsNaming | null;
}

export interface StoredFilter {
  state?: LfsObjectState;
  withTrash?: boolean;
}

const FILTER = `($2::text IS NULL OR state = $2) AND ($3 OR state <> 'trash')`;

/** Links and trash of one repository as one table. */
const STORED = `(
  SELECT l.oid, o.size_bytes, CASE WHEN o.damaged_at IS NULL THEN 'linked' ELSE 'damaged' END AS state,
         l.created_at AS linked_at, NULL::timestamptz AS collected_at, NULL::timestamptz AS purge_after,
         NULL::jsonb AS last_named
    FROM lfs_links l JOIN lfs_objects o USING (oid) WHERE l.repository_id = $1
  UNION ALL
  SELECT t.oid, o.size_bytes, 'trash', t.linked_at, t.collected_at, t.purge_after, t.last_named
    FROM lfs_trash t JOIN lfs_objects o USING (oid) WHERE t.repository_id = $1) AS stored`;

function fromRow(row: Row): LfsStoredObject {
  return {
    oid: row.oid,
    size_bytes: Number(row.size_bytes),
    state: row.state,
    linked_at: row.linked_at.toISOString(),
    collected_at: row.collected_at?.toISOString() ?? null,
    purge_after: row.purge_after?.toISOString() ?? null,
    last_named: row.last_named,
  };
}

function parametersOf(repositoryId: number, { state, withTrash }: StoredFilter): unknown[] {
  return [repositoryId, state ?? null, withTrash ?? true];
}

/** The objects of a repository and how they stand, for who looks after it. */
@Injectable()
export class LfsStoredObjectsService {
  constructor(private readonly database: DataSource) {}

  /** The trash in the order in which it came, latest first; the rest by oid. */
  async list(
    repositoryId: number,
    filter: StoredFilter & { limit: number; offset: number },
  ): Promise<LfsStoredObject[]> {
    const rows = await this.database.query<Row[]>(
      `SELECT * FROM ${STORED} WHERE ${FILTER} ORDER BY collected_at DESC NULLS LAST, oid LIMIT $4 OFFSET $5`,
      [...parametersOf(repositoryId, filter), filter.limit, filter.offset],
    );
    return rows.map(fromRow);
  }

  /** How many {@link list} has in all. */
  async count(repositoryId: number, filter: StoredFilter): Promise<number> {
    const sql = `SELECT count(*)::int AS objects FROM ${STORED} WHERE ${FILTER}`;
    const [row] = await this.database.query<[{ objects: number }]>(sql, parametersOf(repositoryId, filter));
    return row.objects;
  }

  /** @throws DomainError `not_found` */
  async get(repositoryId: number, oid: string): Promise<LfsStoredObject> {
    const [row] = await this.database.query<Row[]>(`SELECT * FROM ${STORED} WHERE oid = $2`, [repositoryId, oid]);
    if (!row) throw new DomainError('not_found', `This repository has no LFS object ${oid}.`);
    return fromRow(row);
  }
}
