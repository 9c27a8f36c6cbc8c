import { DomainError, Grouped } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import type { DataSource, EntityManager } from 'typeorm';
import type { AuditService } from '../audit';
import { ANONYMOUS } from '../identity/actor';
import type { QuotasService } from '../quotas';
import type { Repository } from '../repositories';
import type { LfsLinks } from './lfs-links';
import type { LinkedObject } from './lfs-objects.service';
import type { UploadClaim } from './lfs-uploads.service';

interface Services {
  database: DataSource;
  quotas: QuotasService;
  audit: AuditService;
  store: ObjectStore;
  links: LfsLinks;
}

/** Where a known content lies, and whether it was found damaged there. */
interface KnownObject {
  oid: string;
  storageKey: string;
  isDamaged: boolean;
}

interface Arrival {
  repository: Repository;
  object: LinkedObject;
}

/** Nobody asks again whether the object is here: an upload that is answered with success is linked. */
const goneMeanwhile = () =>
  new DomainError('unavailable', 'The object was being removed while it arrived. Push again.', {
    retryAfterSeconds: 1,
  });

/** As many as a batch of git-lfs has. */
const MAX_GROUP = 100;

/** Rows that name verified bytes. From the first of them on the bytes may be read, wherever there is a link. */
export class LfsPublications {
  private readonly arrivals = new Grouped<Arrival>(MAX_GROUP, (_repository, group) => this.publishGroup(group));

  constructor(private readonly services: Services) {}

  /**
   * Makes what lies at the object's key the object's, as {@link publish} does, and links it to the repository: both or
   * neither. What arrives for a repository at the same time shares a transaction, and its wait for the disk.
   *
   * @throws DomainError `quota_exceeded`; nothing is kept then.
   */
  async publishLinked(repository: Repository, object: LinkedObject): Promise<void> {
    try {
      await this.arrivals.add(repository.id, { repository, object });
    } catch (error) {
      // Only what we threw ourselves was surely rolled back: else a row may name the key, whatever the database answered.
      if (error instanceof DomainError) await this.services.store.delete(object.storageKey).catch(() => undefined);
      throw error;
    }
  }

  private async publishGroup(group: readonly Arrival[]): Promise<void> {
    const [first] = group;
    if (!first) return;
    const { repository } = first;
    const objects = group.map(({ object }) => object);
    await this.keeping(objects, (record) =>
      this.services.quotas.whileHeld(repository.namespaceId, async (manager, held) => {
        const kept = await record(manager);
        const oids = objects.map(({ oid }) => oid);
        const { linked } = await this.services.links.admit(manager, held, {
          repositoryId: repository.id,
          actor: ANONYMOUS,
          oids,
          claims: [],
        });
        if (oids.some((oid) => !linked.has(oid))) throw goneMeanwhile();
        return kept;
      }),
    );
  }

  /** Makes what lies at each key the object's, unless the hub has the object already; then the key is deleted. */
  publish(objects: readonly LinkedObject[]): Promise<void> {
    return this.keeping(objects, (record) => this.services.database.transaction(record));
  }

  /** Which of `claims` the hub has, and whole. What is known waits again before it is collected. */
  async whole(claims: readonly UploadClaim[]): Promise<Set<string>> {
    return (await this.look(claims)).whole;
  }

  /** @param within runs what records the objects in a transaction; what it returns are the keys that rows name now. */
  private async keeping(
    objects: readonly LinkedObject[],
    within: (record: (manager: EntityManager) => Promise<Set<string>>) => Promise<Set<string>>,
  ): Promise<void> {
    const { known, whole } = await this.look(objects);
    const fresh = objects.filter(({ oid }) => !whole.has(oid));
    const kept = await within((manager) => this.record(manager, fresh, known));
    // The loser of a race, and what the hub had, leave a key without a row; asked again after an answer that was lost,
    // the row has this very key.
    for (const { storageKey, oid } of objects)
      if (!kept.has(storageKey) && known.get(oid)?.storageKey !== storageKey)
        await this.services.store.delete(storageKey);
  }

  private async look(claims: readonly UploadClaim[]) {
    const known = await this.touch(claims.map(({ oid }) => oid));
    const whole = new Set<string>();
    for (const { oid, sizeBytes } of claims) {
      const found = known.get(oid);
      if (found && !found.isDamaged && (await this.sizeOf(found)) === sizeBytes) whole.add(oid);
    }
    return { known, whole };
  }

  private async sizeOf({ storageKey }: KnownObject): Promise<number | undefined> {
    return (await this.services.store.stat(storageKey))?.sizeBytes;
  }

  private async touch(oids: readonly string[]): Promise<Map<string, KnownObject>> {
    const [rows] = await this.services.database.query<
      [{ oid: string; storage_key: string; damaged_at: Date | null }[], number]
    >(
      `UPDATE lfs_objects SET touched_at = now() WHERE oid IN (
         SELECT oid FROM lfs_objects WHERE oid = ANY($1) ORDER BY oid FOR NO KEY UPDATE)
       RETURNING oid, storage_key, damaged_at`,
      [oids],
    );
    return new Map(
      rows.map(({ oid, storage_key, damaged_at }) => [
        oid,
        { oid, storageKey: storage_key, isDamaged: damaged_at !== null },
      ]),
    );
  }

  /**
   * In the order of the ids, so that two who publish the same objects never wait for each other.
   * @param known whose bytes were lost, where it has the object.
   * @returns the keys that rows name now.
   */
  private async record(
    manager: EntityManager,
    objects: readonly LinkedObject[],
    known: ReadonlyMap<string, KnownObject>,
  ): Promise<Set<string>> {
    if (objects.length === 0) return new Set();
    const each = [...new Map(objects.map((object) => [object.oid, object])).values()];
    const rows = await manager.query<{ oid: string; storage_key: string }[]>(
      `INSERT INTO lfs_objects (oid, size_bytes, crc32, storage_key)
       SELECT oid, size_bytes, crc32, storage_key
         FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) AS arrived (oid, size_bytes, crc32, storage_key)
        ORDER BY oid
       ON CONFLICT (oid) DO UPDATE
         SET size_bytes = excluded.size_bytes, crc32 = excluded.crc32, storage_key = excluded.storage_key,
           touched_at = now(), scrubbed_at = now(), damaged_at = NULL, damage = NULL
         WHERE lfs_objects.storage_key = ANY($5)
       RETURNING oid, storage_key`,
      [
        each.map(({ oid }) => oid),
        each.map(({ sizeBytes }) => sizeBytes),
        each.map(({ crc32 }) => crc32),
        each.map(({ storageKey }) => storageKey),
        each.flatMap(({ oid }) => known.get(oid)?.storageKey ?? []),
      ],
    );
    for (const { oid } of rows)
      if (known.has(oid)) await this.services.audit.record(manager, { action: 'lfs_object.heal', target: oid });
    return new Set(rows.map(({ storage_key }) => storage_key));
  }
}
