import type { Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type Repository as Rows } from 'typeorm';
import { CLOCK, FORGE_OPTIONS, OBJECT_STORE } from '../../database/tokens';
import type { ForgeOptions } from '../../options';
import type { FinishedArchive, OpenRange } from './archive-build';
import { Archive } from './archive.entity';

/** An archive that can be sent from any byte on. */
export interface KeptArchive {
  sizeBytes: number;
  /** Hex. */
  sha256: string;
  open: OpenRange;
  /** Where a client may fetch it from the store itself; `null` where that is not offered. */
  locate(file: { fileName: string; contentType: string }): Promise<string | null>;
}

interface ArchiveId {
  repositoryId: number;
  key: string;
}

const FOLDER = 'archives/';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** An object younger than this may still get its row. */
const ORPHAN_AGE_MS = 60 * MINUTE_MS;
const LISTED_AT_ONCE = 500;
/** A client begins a download within this time or asks again. */
const LINK_TTL_SECONDS = 300;

function objectKey({ repositoryId, key }: ArchiveId): string {
  return `${FOLDER}${repositoryId}/${key}`;
}

/**
 * Archives in the object store, bounded by size and age; the least lately used go first. Who may read the repository is
 * decided before anybody asks here. Several hubs may share it: equal keys are equal bytes.
 */
@Injectable()
export class ArchiveCacheService {
  private readonly rows: Rows<Archive>;

  constructor(
    private readonly database: DataSource,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.rows = database.getRepository(Archive);
  }

  /** What is known of an archive that was made, kept or not. */
  checksum({ repositoryId, key }: ArchiveId): Promise<Pick<Archive, 'sizeBytes' | 'sha256'> | null> {
    return this.rows.findOneBy({ repositoryId, key });
  }

  /** `null` as well when the store has lost it, which is then forgotten. */
  async find({ repositoryId, key }: ArchiveId): Promise<KeptArchive | null> {
    const row = await this.rows.findOneBy({ repositoryId, key, isStored: true });
    if (!row) return null;
    const stored = await this.store.stat(objectKey(row));
    if (stored?.sizeBytes !== row.sizeBytes) {
      await this.rows.delete({ repositoryId, key });
      return null;
    }
    // Once a minute is enough for the order of use.
    if (this.clock.now().getTime() - row.usedAt.getTime() > MINUTE_MS)
      await this.rows.update({ repositoryId, key }, { usedAt: this.clock.now() });
    const { sizeBytes, sha256 } = row;
    return { sizeBytes, sha256, open: this.opener(row), locate: (file) => this.locate(row, file) };
  }

  /** Takes the file of a finished archive over; where there is none, only the checksum is kept. */
  async keep({ repositoryId, key }: ArchiveId, archive: FinishedArchive): Promise<OpenRange | null> {
    const { sizeBytes, sha256, path } = archive;
    const isStored = path !== null;
    if (isStored) await this.store.adopt(objectKey({ repositoryId, key }), path, { sizeBytes });
    const now = this.clock.now();
    await this.rows.upsert({ repositoryId, key, sizeBytes, sha256, isStored, builtAt: now, usedAt: now }, [
      'repositoryId',
      'key',
    ]);
    await this.trim();
    return isStored ? this.opener({ repositoryId, key }) : null;
  }

  /** Removes what is too old, and the least lately used until the rest fits. */
  async trim(): Promise<void> {
    const { cacheBytes, cacheDays } = this.options.archives;
    const oldest = new Date(this.clock.now().getTime() - cacheDays * DAY_MS);
    const removed = await this.database.query<[{ repository_id: number; key: string }[], number]>(
      `DELETE FROM archives a USING (
         SELECT repository_id, key, used_at,
           sum(CASE WHEN is_stored THEN size_bytes ELSE 0 END) OVER (ORDER BY used_at DESC, repository_id, key) AS total
         FROM archives) r
       WHERE a.repository_id = r.repository_id AND a.key = r.key AND (r.total > $1 OR r.used_at < $2)
       RETURNING a.repository_id, a.key`,
      [cacheBytes, oldest],
    );
    for (const row of removed[0]) await this.store.delete(objectKey({ repositoryId: row.repository_id, key: row.key }));
  }

  /** Removes every archive, not what is known of it: the disk is needed. Who reads one goes on. */
  async giveWay(): Promise<void> {
    const [stored] = await this.database.query<[{ repository_id: number; key: string }[], number]>(
      'UPDATE archives SET is_stored = false WHERE is_stored RETURNING repository_id, key',
    );
    for (const row of stored) await this.store.delete(objectKey({ repositoryId: row.repository_id, key: row.key }));
  }

  /** Removes all that was made of a repository. */
  async forget(repositoryId: number): Promise<void> {
    await this.rows.delete({ repositoryId });
    for await (const { key } of this.store.list(`${FOLDER}${repositoryId}/`)) await this.store.delete(key);
  }

  /** What a deleted repository left, what is due, and objects whose row a crash or a purge took away. */
  async sweep(): Promise<void> {
    const deleted = await this.database.query<{ id: number }[]>(
      `SELECT DISTINCT a.repository_id AS id FROM archives a JOIN repositories r ON r.id = a.repository_id
       WHERE r.deleted_at IS NOT NULL`,
    );
    for (const { id } of deleted) await this.forget(id);
    await this.trim();
    const before = this.clock.now().getTime() - ORPHAN_AGE_MS;
    const listed: string[] = [];
    for await (const { key, modifiedAt } of this.store.list(FOLDER)) {
      if (modifiedAt.getTime() < before) listed.push(key);
      if (listed.length >= LISTED_AT_ONCE) await this.removeOrphans(listed.splice(0));
    }
    await this.removeOrphans(listed);
  }

  private async removeOrphans(objects: readonly string[]): Promise<void> {
    if (objects.length === 0) return;
    const known = await this.database.query<{ name: string }[]>(
      `SELECT repository_id || '/' || key AS name FROM archives
       WHERE is_stored AND repository_id || '/' || key = ANY($1)`,
      [objects.map((object) => object.slice(FOLDER.length))],
    );
    const names = new Set(known.map(({ name }) => FOLDER + name));
    for (const object of objects) if (!names.has(object)) await this.store.delete(object);
  }

  private opener(id: ArchiveId): OpenRange {
    return (range, signal) => this.store.read(objectKey(id), { range, signal });
  }

  private locate(id: ArchiveId, { fileName, contentType }: { fileName: string; contentType: string }) {
    if (!this.options.archives.redirects) return Promise.resolve(null);
    return this.store.presignGet(objectKey(id), { ttlSeconds: LINK_TTL_SECONDS, fileName, contentType });
  }
}
