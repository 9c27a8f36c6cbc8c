import type { Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, IsNull, MoreThan } from 'typeorm';
import { CLOCK, OBJECT_STORE } from '../../database/tokens';
import { LfsObject } from '../lfs-object.entity';
import { LFS_PREFIX, STAGING_PREFIX } from '../storage-keys';

/** What should not be. Each list is cut. */
export interface LfsFindings {
  damaged: { oid: string; damage: string }[];
  /** Objects that no link, trash or upload keeps, though purges had the time to find them. */
  unkept: string[];
  /** Keys below `lfs/` that no row names. */
  orphanKeys: string[];
  /** Keys below `staging/` that nobody came back for. */
  stagingKeys: string[];
  /** Repositories whose count of bytes or objects is not that of their links. */
  miscounted: { name: string; countedBytes: number; linkedBytes: number }[];
  /** Both linked and in the trash of one repository. */
  inBoth: { name: string; oid: string }[];
  /** Repositories whose trash is not emptied in time. */
  overdue: string[];
  /** Repositories whose last collection failed. */
  failing: { name: string; error: string }[];
}

const DAY_MS = 86_400_000;
const MAX_LISTED = 100;
const PAGE = 500;
/** Purges and sweeps run daily, and look at a key twice. */
const LEFT_AFTER_MS = 3 * DAY_MS;
const OVERDUE_AFTER_MS = 2 * DAY_MS;

const NAME = "n.name || '/' || r.name AS name";
const NAMED = 'JOIN repositories r ON r.id = repository_id JOIN namespaces n ON n.id = r.namespace_id';

/** Compares links, objects, trash and store. It changes nothing. */
@Injectable()
export class LfsInspectionService {
  constructor(
    private readonly database: DataSource,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Every content that is not known to be damaged. */
  async *undamaged(): AsyncGenerator<LfsObject> {
    for (let last = ''; ;) {
      const where = { oid: MoreThan(last), damagedAt: IsNull() };
      const page = await this.database.manager.find(LfsObject, { where, order: { oid: 'ASC' }, take: PAGE });
      yield* page;
      const next = page.at(-1)?.oid;
      if (next === undefined) return;
      last = next;
    }
  }

  async inspect(): Promise<LfsFindings> {
    return {
      damaged: await this.rows('SELECT oid, damage FROM lfs_objects WHERE damaged_at IS NOT NULL ORDER BY oid'),
      unkept: await this.unkept(),
      orphanKeys: await this.strayKeys(LFS_PREFIX, 'SELECT 1 FROM lfs_objects WHERE storage_key = key'),
      stagingKeys: await this.strayKeys(
        STAGING_PREFIX,
        `SELECT 1 FROM lfs_uploads WHERE key LIKE '${STAGING_PREFIX}' || id::text || '%'`,
      ),
      miscounted: await this.miscounted(),
      inBoth: await this.rows(
        `SELECT ${NAME}, t.oid FROM lfs_trash t JOIN lfs_links l USING (repository_id, oid) ${NAMED}`,
      ),
      overdue: await this.overdue(),
      failing: await this.rows(
        `SELECT ${NAME}, last_run->>'error' AS error FROM lfs_collections ${NAMED}
          WHERE r.deleted_at IS NULL AND last_run->>'outcome' = 'failed'`,
      ),
    };
  }

  private async unkept(): Promise<string[]> {
    const rows = await this.rows<{ oid: string }>(
      `SELECT oid FROM lfs_objects o WHERE touched_at < $1
         AND NOT EXISTS (SELECT 1 FROM lfs_links l WHERE l.oid = o.oid)
         AND NOT EXISTS (SELECT 1 FROM lfs_trash t WHERE t.oid = o.oid)
         AND NOT EXISTS (SELECT 1 FROM lfs_uploads u WHERE u.oid = o.oid) ORDER BY oid`,
      [this.ago(LEFT_AFTER_MS)],
    );
    return rows.map(({ oid }) => oid);
  }

  private async miscounted(): Promise<LfsFindings['miscounted']> {
    const rows = await this.rows<{ name: string; counted: string; linked: string }>(
      `SELECT ${NAME}, r.lfs_size_bytes AS counted, COALESCE(sum(o.size_bytes), 0) AS linked
         FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
         LEFT JOIN lfs_links l ON l.repository_id = r.id LEFT JOIN lfs_objects o ON o.oid = l.oid
        GROUP BY r.id, n.id
       HAVING r.lfs_size_bytes <> COALESCE(sum(o.size_bytes), 0) OR r.lfs_object_count <> count(l.oid)`,
    );
    return rows.map(({ name, counted, linked }) => ({
      name,
      countedBytes: Number(counted),
      linkedBytes: Number(linked),
    }));
  }

  private async overdue(): Promise<string[]> {
    const rows = await this.rows<{ name: string }>(
      `SELECT DISTINCT ${NAME} FROM lfs_trash ${NAMED} WHERE r.deleted_at IS NULL AND purge_after < $1`,
      [this.ago(OVERDUE_AFTER_MS)],
    );
    return rows.map(({ name }) => name);
  }

  /** Keys that are old enough, and for which `known` finds nothing. */
  private async strayKeys(prefix: string, known: string): Promise<string[]> {
    const stray: string[] = [];
    let page: string[] = [];
    const look = async () => {
      const sql = `SELECT key FROM unnest($1::text[]) AS key WHERE NOT EXISTS (${known})`;
      stray.push(...(await this.rows<{ key: string }>(sql, [page])).map(({ key }) => key));
      page = [];
    };
    for await (const { key, modifiedAt } of this.store.list(prefix)) {
      if (modifiedAt < this.ago(LEFT_AFTER_MS)) page.push(key);
      if (page.length === PAGE) await look();
      if (stray.length >= MAX_LISTED) break;
    }
    if (page.length > 0) await look();
    return stray.slice(0, MAX_LISTED);
  }

  private rows<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.database.query<T[]>(`${sql} LIMIT ${MAX_LISTED}`, parameters);
  }

  private ago(ms: number): Date {
    return new Date(this.clock.now().getTime() - ms);
  }
}
