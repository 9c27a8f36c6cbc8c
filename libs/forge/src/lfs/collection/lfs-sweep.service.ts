import { DomainError } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../../audit';
import { FORGE_OPTIONS } from '../../database/tokens';
import type { ForgeOptions } from '../../options';
import type { Repository } from '../../repositories';
import { auditedObjects } from '../audited-objects';
import { purgeAfter } from './collection.policy';
import { LfsMarkService, type Marked } from './lfs-mark.service';
import { LfsPurgeService } from './lfs-purge.service';
import { LfsTrashService } from './lfs-trash.service';

export interface SweptObject {
  oid: string;
  sizeBytes: number;
  linkedAt: Date;
  shownAt: Date;
  /** Whether another repository, or another trash, keeps the bytes. */
  isShared: boolean;
}

export interface Swept {
  collected: SweptObject[];
  /** Came back out of the trash because something names them. */
  restored: string[];
  /** Left the trash for good. */
  purged: string[];
}

const BATCH = 1000;

interface Row {
  oid: string;
  size_bytes: string;
  linked_at: Date;
  shown_at: Date;
  is_shared: boolean;
}

const fromRow = (row: Row): SweptObject => ({
  oid: row.oid,
  sizeBytes: Number(row.size_bytes),
  linkedAt: row.linked_at,
  shownAt: row.shown_at,
  isShared: row.is_shared,
});

/** Kept by another repository's link or trash. */
const IS_SHARED = `(EXISTS (SELECT 1 FROM lfs_links x WHERE x.oid = l.oid AND x.repository_id <> $1)
  OR EXISTS (SELECT 1 FROM lfs_trash x WHERE x.oid = l.oid AND x.repository_id <> $1))`;

/** An upload of it into this repository is under way. */
const IS_AWAITED = 'EXISTS (SELECT 1 FROM lfs_uploads u WHERE u.repository_id = $1 AND u.oid = l.oid)';

/**
 * The second half of a collection: moves the links that nothing names into the trash, and empties it.
 *
 * The mark is old by now, and pushes went on. What they can do to it, and why no ref is left without its object:
 * - A push names an old link that nothing named. The judge dated it (`LfsTrashService.hold`) before the push went on: if
 *   that came first, the sweep finds the link younger than its cutoff, also when it had to wait for the row; if the
 *   sweep came first, the judge finds the link gone and brings it back out of the trash.
 * - An upload, an adoption or a batch of a new link: it is younger than the cutoff.
 * - A push names it through what was there already and no ref reached: the judge looks for that as well, and dates it
 *   before the push is stored. So the above holds for every push, at whatever moment.
 * - A ref is moved beside the hub: the sweep looks at what moved since the mark, after it has put links into the trash,
 *   and brings back what is named; the next run's mark finds the rest in the trash.
 * - Nothing leaves the trash but what this very mark has not found, and its bytes go only with the last link.
 */
@Injectable()
export class LfsSweepService {
  constructor(
    private readonly database: DataSource,
    private readonly marks: LfsMarkService,
    private readonly trash: LfsTrashService,
    private readonly purge: LfsPurgeService,
    private readonly audit: AuditService,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {}

  /** What a sweep would collect, without doing it. */
  async candidates(repository: Repository, { marks, cutoff }: Marked): Promise<SweptObject[]> {
    const found: SweptObject[] = [];
    for (const oids of batches(marks.unmarked())) {
      const rows = await this.database.query<Row[]>(
        `SELECT l.oid, o.size_bytes, l.created_at AS linked_at, l.shown_at, ${IS_SHARED} AS is_shared
           FROM lfs_links l JOIN lfs_objects o USING (oid)
          WHERE l.repository_id = $1 AND l.oid = ANY($2) AND l.shown_at < $3 AND NOT ${IS_AWAITED} ORDER BY l.oid`,
        [repository.id, oids, cutoff],
      );
      found.push(...rows.map(fromRow));
    }
    return found;
  }

  /** May be killed anywhere: each batch is a transaction, and the next run goes on. */
  async sweep(repository: Repository, marked: Marked, signal?: AbortSignal): Promise<Swept> {
    const restored = await this.bringBack(repository, await this.markedTrash(repository.id, marked));
    const collected: SweptObject[] = [];
    for (const oids of batches(marked.marks.unmarked())) {
      signal?.throwIfAborted();
      collected.push(...(await this.collect(repository, marked, oids)));
    }
    const named = await this.marks.namedSince(repository, marked, signal);
    for (const oid of await this.bringBack(repository, [...named])) restored.add(oid);
    const purged = await this.empty(repository, marked, named);
    return { collected: collected.filter(({ oid }) => !restored.has(oid)), restored: [...restored], purged };
  }

  /** What does not fit the quota waits in the trash, which keeps what this mark has found. */
  private async bringBack(repository: Repository, oids: readonly string[]): Promise<Set<string>> {
    try {
      return await this.trash.restore(repository, oids);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'quota_exceeded') return new Set();
      throw error;
    }
  }

  private async markedTrash(repositoryId: number, { marks }: Marked): Promise<string[]> {
    const rows = await this.database.query<{ oid: string }[]>('SELECT oid FROM lfs_trash WHERE repository_id = $1', [
      repositoryId,
    ]);
    return rows.map(({ oid }) => oid).filter((oid) => marks.isMarked(oid));
  }

  private collect(repository: Repository, marked: Marked, oids: readonly string[]): Promise<SweptObject[]> {
    return this.database.transaction(async (manager) => {
      // As everybody who changes what a namespace uses.
      await manager.query('SELECT 1 FROM namespaces WHERE id = $1 FOR UPDATE', [repository.namespaceId]);
      const swept = await this.moveToTrash(manager, repository.id, { ...marked, oids });
      if (swept.length === 0) return [];
      const bytes = swept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
      await manager.query(
        `UPDATE repositories SET lfs_size_bytes = greatest(0, lfs_size_bytes - $2),
           lfs_object_count = greatest(0, lfs_object_count - $3) WHERE id = $1`,
        [repository.id, bytes, swept.length],
      );
      const what = { repositoryId: repository.id, ...auditedObjects(swept) };
      await this.audit.record(manager, { action: 'lfs_object.collect', ...what });
      return swept;
    });
  }

  /** A row that somebody holds is waited for, and judged as it is then. */
  private async moveToTrash(
    manager: EntityManager,
    repositoryId: number,
    {
      startedAt,
      cutoff,
      isPurge,
      oids,
    }: Pick<Marked, 'startedAt' | 'cutoff' | 'isPurge'> & { oids: readonly string[] },
  ): Promise<SweptObject[]> {
    const rows = await manager.query<Row[]>(
      `WITH held AS (
         SELECT l.oid FROM lfs_links l
          WHERE l.repository_id = $1 AND l.oid = ANY($2) AND l.shown_at < $3 AND NOT ${IS_AWAITED}
          ORDER BY l.oid FOR UPDATE),
       gone AS (
         DELETE FROM lfs_links l USING held WHERE l.repository_id = $1 AND l.oid = held.oid
         RETURNING l.oid, l.created_at AS linked_at, l.shown_at),
       kept AS (
         INSERT INTO lfs_trash (repository_id, oid, linked_at, collected_at, purge_after)
         SELECT $1, oid, linked_at, $4, $5 FROM gone
         ON CONFLICT (repository_id, oid) DO UPDATE SET collected_at = $4, purge_after = $5)
       SELECT l.oid, o.size_bytes, l.linked_at, l.shown_at, ${IS_SHARED} AS is_shared
         FROM gone l JOIN lfs_objects o USING (oid) ORDER BY l.oid`,
      [repositoryId, oids, cutoff, startedAt, purgeAfter(startedAt, isPurge ? 0 : this.options.lfs.undeleteDays)],
    );
    return rows.map(fromRow);
  }

  /** What nobody brought back in time, and this mark has not found either. */
  private async empty(repository: Repository, marked: Marked, named: Set<string>): Promise<string[]> {
    const { marks, startedAt, isPurge } = marked;
    const purged: string[] = [];
    for (const batch of batches(marks.unmarked())) {
      const oids = batch.filter((oid) => !named.has(oid));
      const rows = await this.database.transaction(async (manager) => {
        // A restoration takes many rows of the trash under the same lock.
        await manager.query('SELECT 1 FROM namespaces WHERE id = $1 FOR UPDATE', [repository.namespaceId]);
        const [gone] = await manager.query<[{ oid: string }[], number]>(
          'DELETE FROM lfs_trash WHERE repository_id = $1 AND oid = ANY($2) AND ($4 OR purge_after <= $3) RETURNING oid',
          [repository.id, oids, startedAt, isPurge],
        );
        const what = { repositoryId: repository.id, ...auditedObjects(gone) };
        if (gone.length > 0) await this.audit.record(manager, { action: 'lfs_object.discard', ...what });
        return gone;
      });
      purged.push(...rows.map(({ oid }) => oid));
    }
    await this.purge.objects(purged);
    return purged;
  }
}

function* batches(oids: Iterable<string>): Generator<string[]> {
  let batch: string[] = [];
  for (const oid of oids) {
    batch.push(oid);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
