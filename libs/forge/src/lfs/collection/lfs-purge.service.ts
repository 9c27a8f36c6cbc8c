import type { Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, QueryFailedError } from 'typeorm';
import { AuditService } from '../../audit';
import { CLOCK, OBJECT_STORE } from '../../database/tokens';
import { auditedObjects } from '../audited-objects';
import { LFS_PREFIX } from '../storage-keys';
import { UNDER_WAY_MS } from './collection.policy';
import { isQuarantineOver, QUARANTINE_PREFIX, quarantinedOid } from './quarantine-keys';

export interface Purged {
  /** Objects that nothing kept any more. */
  objects: number;
  bytes: number;
  /** Keys of the store that no row named. */
  orphans: number;
}

const PAGE = 500;
/** One entry of the audit log for so many: a row each goes by itself, so that no upload waits for others. */
const TOLD_AT_ONCE = 100;
/** A key without a row is looked at again after so long: an upload may be between its body and its row. */
const ORPHAN_REST_MS = 86_400_000;

/** No link, no trash and no upload names it. */
const IS_FREE = `NOT EXISTS (SELECT 1 FROM lfs_links l WHERE l.oid = o.oid)
  AND NOT EXISTS (SELECT 1 FROM lfs_trash t WHERE t.oid = o.oid)
  AND NOT EXISTS (SELECT 1 FROM lfs_uploads u WHERE u.oid = o.oid)`;

/**
 * Removes the bytes that no repository keeps: the row first, then the key. A crash between the two leaves a key without
 * a row, which {@link orphans} removes; never a row without its bytes.
 */
@Injectable()
export class LfsPurgeService {
  /** Of this process, for metrics. */
  readonly totals = { objects: 0, bytes: 0, orphans: 0 };

  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async all(signal?: AbortSignal): Promise<Purged> {
    const before = { ...this.totals };
    for (let last = ''; ;) {
      signal?.throwIfAborted();
      const rows = await this.database.query<{ oid: string }[]>(
        `SELECT oid FROM lfs_objects o WHERE oid > $1 AND touched_at < $2 AND ${IS_FREE} ORDER BY oid LIMIT ${PAGE}`,
        [last, this.restedSince()],
      );
      await this.objects(rows.map(({ oid }) => oid));
      const next = rows.at(-1)?.oid;
      if (next === undefined) break;
      last = next;
    }
    await this.orphans(signal);
    await this.quarantine(signal);
    const { objects, bytes, orphans } = this.totals;
    return { objects: objects - before.objects, bytes: bytes - before.bytes, orphans: orphans - before.orphans };
  }

  /** Those of `oids` that nothing keeps. */
  async objects(oids: readonly string[]): Promise<void> {
    for (let at = 0; at < oids.length; at += TOLD_AT_ONCE) await this.some(oids.slice(at, at + TOLD_AT_ONCE));
  }

  /** What went is told also when the store fails in the middle. */
  private async some(oids: readonly string[]): Promise<void> {
    const gone: { oid: string; sizeBytes: number }[] = [];
    try {
      for (const oid of oids) {
        const row = await this.deleteRow(oid);
        if (!row) continue;
        const sizeBytes = Number(row.size_bytes);
        gone.push({ oid, sizeBytes });
        this.totals.objects++;
        this.totals.bytes += sizeBytes;
        // No row will ever name this key again: each publication has its own.
        await this.store.delete(row.storage_key);
      }
    } finally {
      const what = auditedObjects(gone);
      if (gone.length > 0) await this.audit.record(this.database.manager, { action: 'lfs_object.purge', ...what });
    }
  }

  /**
   * Asks again in the statement that deletes. An upload that shows the content meanwhile has changed the row, which is
   * judged anew; a link that is being made holds the row, and the foreign key refuses the deletion when it is there.
   */
  private async deleteRow(oid: string): Promise<{ size_bytes: string; storage_key: string } | null> {
    try {
      const [rows] = await this.database.query<[{ size_bytes: string; storage_key: string }[], number]>(
        `DELETE FROM lfs_objects o WHERE oid = $1 AND touched_at < $2 AND ${IS_FREE} RETURNING size_bytes, storage_key`,
        [oid, this.restedSince()],
      );
      return rows[0] ?? null;
    } catch (error) {
      if (isForeignKeyViolation(error)) return null;
      throw error;
    }
  }

  private restedSince(): Date {
    return new Date(this.clock.now().getTime() - UNDER_WAY_MS);
  }

  /** Two looks, a day apart: how old a key is, not every store knows of one that was moved. */
  private async orphans(signal?: AbortSignal): Promise<void> {
    const now = this.clock.now();
    const seenBefore = new Date(now.getTime() - ORPHAN_REST_MS);
    for await (const keys of pages(this.store, LFS_PREFIX)) {
      signal?.throwIfAborted();
      const due = await this.database.query<{ storage_key: string }[]>(
        `WITH orphans AS (
           SELECT key FROM unnest($1::text[]) AS key WHERE NOT EXISTS (SELECT 1 FROM lfs_objects WHERE storage_key = key)),
         noted AS (
           INSERT INTO lfs_orphan_keys (storage_key, seen_at) SELECT key, $2 FROM orphans ON CONFLICT DO NOTHING)
         SELECT k.storage_key FROM lfs_orphan_keys k JOIN orphans ON key = k.storage_key WHERE k.seen_at <= $3`,
        [keys, now, seenBefore],
      );
      for (const { storage_key } of due) await this.store.delete(storage_key);
      this.totals.orphans += due.length;
      await this.forgetOrphans(due.map(({ storage_key }) => storage_key));
    }
    // Notes about keys that are gone, or have a row by now.
    await this.database.query(
      `DELETE FROM lfs_orphan_keys k WHERE seen_at < $1
         OR EXISTS (SELECT 1 FROM lfs_objects o WHERE o.storage_key = k.storage_key)`,
      [new Date(seenBefore.getTime() - 30 * ORPHAN_REST_MS)],
    );
  }

  private async forgetOrphans(keys: readonly string[]): Promise<void> {
    await this.database.query('DELETE FROM lfs_orphan_keys WHERE storage_key = ANY($1)', [keys]);
  }

  /** Bad bytes are kept for a month, and as long as nobody brought better ones. */
  private async quarantine(signal?: AbortSignal): Promise<void> {
    for await (const keys of pages(this.store, QUARANTINE_PREFIX)) {
      signal?.throwIfAborted();
      const over = keys.filter((key) => isQuarantineOver(key, this.clock.now()));
      const rows = await this.database.query<{ oid: string }[]>(
        'SELECT oid FROM lfs_objects WHERE damaged_at IS NOT NULL AND oid = ANY($1)',
        [over.map(quarantinedOid)],
      );
      const damaged = new Set(rows.map(({ oid }) => oid));
      for (const key of over) if (!damaged.has(quarantinedOid(key))) await this.store.delete(key);
    }
  }
}

async function* pages(store: ObjectStore, prefix: string): AsyncGenerator<string[]> {
  let page: string[] = [];
  for await (const { key } of store.list(prefix)) {
    page.push(key);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: string }).code === '23503';
}
