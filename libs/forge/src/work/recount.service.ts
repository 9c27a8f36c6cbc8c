import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PushRecordService } from '../pushes';
import { QuotasService } from '../quotas';

/** A number of the ledger that was not what it counts. */
export interface Miscount {
  repository: string;
  what: 'lfs_size_bytes' | 'lfs_object_count' | 'git_size_bytes';
  recorded: number;
  counted: number;
}

interface LfsRow {
  id: number;
  namespace_id: number;
  name: string;
  recorded_bytes: string;
  recorded_objects: number;
  bytes: string;
  objects: string;
}

const PAGE = 500;

/** What each repository links, beside what its row says; one statement sees both as of one moment. */
const LFS_MISCOUNTS = `SELECT r.id, r.namespace_id, n.name || '/' || r.name AS name,
    r.lfs_size_bytes AS recorded_bytes, r.lfs_object_count AS recorded_objects,
    COALESCE(s.bytes, 0) AS bytes, COALESCE(s.objects, 0) AS objects
  FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
  LEFT JOIN (SELECT l.repository_id, sum(o.size_bytes) AS bytes, count(*) AS objects
               FROM lfs_links l JOIN lfs_objects o USING (oid) GROUP BY l.repository_id) s ON s.repository_id = r.id
  WHERE (r.lfs_size_bytes, r.lfs_object_count) IS DISTINCT FROM (COALESCE(s.bytes, 0), COALESCE(s.objects, 0))
  ORDER BY r.id`;

/** Holds the ledger of quotas against what is really there. */
@Injectable()
export class RecountService {
  constructor(
    private readonly database: DataSource,
    private readonly quotas: QuotasService,
    private readonly records: PushRecordService,
  ) {}

  /** Mends every number, and tells which were wrong. */
  async mend(): Promise<Miscount[]> {
    const wrong = await this.database.query<LfsRow[]>(LFS_MISCOUNTS);
    for (const { id, namespace_id } of wrong) await this.mendLfs(id, namespace_id);
    return [...wrong.flatMap(miscountsOf), ...(await this.mendGit())];
  }

  /** Links are only added and taken with the namespace held. */
  private mendLfs(repositoryId: number, namespaceId: number): Promise<unknown> {
    return this.quotas.whileHeld(namespaceId, (manager) =>
      manager.query(
        `UPDATE repositories r SET lfs_size_bytes = s.bytes, lfs_object_count = s.objects
           FROM (SELECT COALESCE(sum(o.size_bytes), 0) AS bytes, count(*) AS objects
                   FROM lfs_links l JOIN lfs_objects o USING (oid) WHERE l.repository_id = $1) s WHERE r.id = $1`,
        [repositoryId],
      ),
    );
  }

  private async mendGit(): Promise<Miscount[]> {
    const miscounts: Miscount[] = [];
    for (let last = 0; ;) {
      const rows = await this.database.query<{ id: number; name: string }[]>(
        `SELECT r.id, n.name || '/' || r.name AS name FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
          WHERE r.id > $1 ORDER BY r.id LIMIT ${PAGE}`,
        [last],
      );
      for (const { id, name } of rows) {
        const sizes = await this.measureGit(id);
        if (sizes) miscounts.push({ repository: name, what: 'git_size_bytes', ...sizes });
      }
      const next = rows.at(-1)?.id;
      if (next === undefined) return miscounts;
      last = next;
    }
  }

  /**
   * Takes the size on disk over into the ledger, as after upkeep, which changes it without a push.
   * @returns null when it was right. A push that is recorded meanwhile has measured later, and wins.
   */
  async measureGit(repositoryId: number): Promise<{ recorded: number; counted: number } | null> {
    const [row] = await this.database.query<{ size: string }[]>(
      'SELECT git_size_bytes AS size FROM repositories WHERE id = $1',
      [repositoryId],
    );
    if (!row) return null;
    const recorded = Number(row.size);
    const counted = await this.records.measure({ id: repositoryId });
    if (counted === recorded) return null;
    await this.database.query('UPDATE repositories SET git_size_bytes = $2 WHERE id = $1 AND git_size_bytes = $3', [
      ...[repositoryId, counted, recorded],
    ]);
    return { recorded, counted };
  }
}

function miscountsOf(row: LfsRow): Miscount[] {
  const pairs: [Miscount['what'], number, number][] = [
    ['lfs_size_bytes', Number(row.recorded_bytes), Number(row.bytes)],
    ['lfs_object_count', row.recorded_objects, Number(row.objects)],
  ];
  return pairs
    .filter(([, recorded, counted]) => recorded !== counted)
    .map(([what, recorded, counted]) => ({ repository: row.name, what, recorded, counted }));
}
