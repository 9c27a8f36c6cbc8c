import type { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { Any, DataSource, IsNull, type EntityManager } from 'typeorm';
import { AuditService } from '../audit';
import { OBJECT_STORE } from '../database/tokens';
import { ANONYMOUS, userIdOf, type Actor } from '../identity/actor';
import { QuotasService } from '../quotas';
import { Repository } from '../repositories';
import { auditedObjects } from './audited-objects';
import { LfsLink } from './lfs-link.entity';
import { LfsUploadsService, type LfsUpload, type UploadClaim } from './lfs-uploads.service';
import { newStorageKey } from './storage-keys';

/** A content that this repository may hand out. */
export interface LinkedObject {
  oid: string;
  sizeBytes: number;
  crc32: number;
  storageKey: string;
}

/** Where a known content lies, and whether it was found damaged there. */
interface KnownObject {
  storageKey: string;
  isDamaged: boolean;
}

/** What was measured of a content before it is published. */
export type PublishedObject = Omit<LinkedObject, 'storageKey'>;

/** What whoever meets a damaged object can do. */
export const DAMAGED_HINT = 'Upload it again from a clone that has it: git lfs push --all';

const isHashMismatch = (error: unknown) => error instanceof DomainError && error.code === 'hash_mismatch';

/** The bytes and the links. Nothing is published before it hashed right; nothing is read without a link. */
@Injectable()
export class LfsObjectsService {
  constructor(
    private readonly database: DataSource,
    private readonly quotas: QuotasService,
    private readonly uploads: LfsUploadsService,
    private readonly audit: AuditService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /**
   * Which of `oids` the repository has: one query with one parameter, whatever their number. Damaged ones are left out,
   * so that they are uploaded again.
   */
  async linked(repositoryId: number, oids: readonly string[]): Promise<Map<string, LinkedObject>> {
    if (oids.length === 0) return new Map();
    const links = await this.database.manager.find(LfsLink, {
      where: { repositoryId, oid: Any([...new Set(oids)]), object: { damagedAt: IsNull() } },
      relations: { object: true },
    });
    return new Map(
      links.map(({ oid, object: { sizeBytes, crc32, storageKey } }) => [oid, { oid, sizeBytes, crc32, storageKey }]),
    );
  }

  /** Which of `oids` the repository has, but the hub has lost or found altered. */
  async damaged(repositoryId: number, oids: readonly string[]): Promise<Set<string>> {
    if (oids.length === 0) return new Set();
    const rows = (await this.database.query(
      `SELECT o.oid FROM lfs_links l JOIN lfs_objects o USING (oid)
        WHERE l.repository_id = $1 AND o.oid = ANY($2) AND o.damaged_at IS NOT NULL`,
      [repositoryId, oids],
    )) as { oid: string }[];
    return new Set(rows.map(({ oid }) => oid));
  }

  /** @throws DomainError `not_found` when the repository has no such object, `gone` when it is damaged. */
  async requireLinked(repositoryId: number, oid: string): Promise<LinkedObject> {
    const object = (await this.linked(repositoryId, [oid])).get(oid);
    if (object) return object;
    if ((await this.damaged(repositoryId, [oid])).size === 0) {
      throw new DomainError('not_found', `This repository has no LFS object ${oid}.`);
    }
    throw new DomainError('gone', `The LFS object ${oid} is damaged on the hub. ${DAMAGED_HINT}`);
  }

  async read(
    { storageKey }: Pick<LinkedObject, 'storageKey'>,
    options: { range?: { start: number; end: number }; signal?: AbortSignal } = {},
  ): Promise<Readable> {
    return this.store.read(storageKey, options);
  }

  /** Whether the store still has the object that the row speaks of. */
  async isThere({ storageKey, sizeBytes }: LinkedObject): Promise<boolean> {
    return (await this.store.stat(storageKey))?.sizeBytes === sizeBytes;
  }

  /**
   * Takes the whole body to a key that no row names, hashes it on the way, and publishes it only when it is the object
   * it claims to be. A body for an object that the hub already has is hashed all the same: it is the proof that the
   * sender has the content.
   * @throws DomainError `hash_mismatch` (nothing is kept), `quota_exceeded`, `storage_full`.
   */
  async upload(
    repository: Repository,
    claim: UploadClaim,
    body: { stream: Readable; signal?: AbortSignal },
  ): Promise<void> {
    await this.uploads.renew(repository.id, claim.oid);
    const storageKey = newStorageKey(claim.oid);
    let object: PublishedObject;
    try {
      object = await this.receive(storageKey, claim, body);
    } catch (error) {
      await this.store.delete(storageKey).catch(() => undefined);
      // The sender has something else: the same claim will not come true.
      if (isHashMismatch(error)) await this.uploads.release(repository.id, claim.oid);
      throw error;
    }
    // From here on a row may name the key, whatever the database answers.
    await this.publishInPlace({ ...object, storageKey });
    await this.link(repository, [claim.oid]);
  }

  private async receive(
    storageKey: string,
    claim: UploadClaim,
    body: { stream: Readable; signal?: AbortSignal },
  ): Promise<PublishedObject> {
    const { sha256, sizeBytes, crc32 } = await this.store.putMeasured(storageKey, body.stream, {
      sizeBytes: claim.sizeBytes,
      signal: body.signal,
    });
    if (sha256 === claim.oid && sizeBytes === claim.sizeBytes) return { oid: claim.oid, sizeBytes, crc32 };
    throw new DomainError('hash_mismatch', `The body is not the object ${claim.oid} of ${claim.sizeBytes} bytes.`, {
      hint: 'It was not stored. Run "git lfs fsck" and push again.',
    });
  }

  /**
   * Makes a verified body the object's, unless the hub has the object already.
   * @param staging where the body lies; nothing lies there afterwards.
   */
  async publish(staging: string, object: PublishedObject): Promise<void> {
    if (await this.isKept(object)) {
      await this.store.delete(staging);
      return;
    }
    const storageKey = newStorageKey(object.oid);
    await this.store.move(staging, storageKey);
    await this.publishInPlace({ ...object, storageKey });
  }

  /** Makes what lies at `storageKey` the object's, unless the hub has the object already; then that key is deleted. */
  async publishInPlace(object: LinkedObject): Promise<void> {
    const known = await this.touch(object.oid);
    const isKnown = await this.isWhole(known, object.sizeBytes);
    // The loser of a race, and an object whose bytes were lost, leave a key without a row or a row without its key.
    const kept = !isKnown && (await this.recordPublication(object, known?.storageKey ?? null));
    if (!kept) await this.store.delete(object.storageKey);
  }

  /** Whether the hub has the content, and whole. What is known waits again before it is collected. */
  async isKept({ oid, sizeBytes }: UploadClaim): Promise<boolean> {
    return this.isWhole(await this.touch(oid), sizeBytes);
  }

  private async isWhole(known: KnownObject | null, sizeBytes: number): Promise<boolean> {
    return known !== null && !known.isDamaged && (await this.sizeOf(known.storageKey)) === sizeBytes;
  }

  private async sizeOf(storageKey: string): Promise<number | undefined> {
    return (await this.store.stat(storageKey))?.sizeBytes;
  }

  /** What is known waits again before it is collected. @returns where it lies. */
  private async touch(oid: string): Promise<KnownObject | null> {
    const [rows] = (await this.database.query(
      'UPDATE lfs_objects SET touched_at = now() WHERE oid = $1 RETURNING storage_key, damaged_at',
      [oid],
    )) as [{ storage_key: string; damaged_at: Date | null }[], number];
    const [row] = rows;
    return row ? { storageKey: row.storage_key, isDamaged: row.damaged_at !== null } : null;
  }

  /** @param replaced the key whose bytes were lost. @returns false when somebody else published it meanwhile. */
  private async recordPublication(object: LinkedObject, replaced: string | null): Promise<boolean> {
    const { oid, sizeBytes, crc32, storageKey } = object;
    return this.database.transaction(async (manager) => {
      const rows = (await manager.query(
        `INSERT INTO lfs_objects (oid, size_bytes, crc32, storage_key) VALUES ($1, $2, $3, $4)
       ON CONFLICT (oid) DO UPDATE
         SET size_bytes = excluded.size_bytes, crc32 = excluded.crc32, storage_key = excluded.storage_key,
           touched_at = now(), scrubbed_at = now(), damaged_at = NULL, damage = NULL
         WHERE lfs_objects.storage_key = $5
       RETURNING oid`,
        [oid, sizeBytes, crc32, storageKey, replaced],
      )) as unknown[];
      if (rows.length === 0) return false;
      if (replaced !== null) await this.audit.record(manager, { action: 'lfs_object.heal', target: oid });
      return true;
    });
  }

  /** Links known objects to the repository and counts them there, each once, in one transaction. */
  async link(repository: Repository, oids: readonly string[], actor: Actor = ANONYMOUS): Promise<void> {
    await this.admit(repository, actor, { oids, claims: [] });
  }

  /**
   * Links known objects and reserves room for those that will come: all of it or nothing, in one transaction.
   * @returns what is reserved, by oid.
   * @throws DomainError `quota_exceeded`, whose names are those that `actor` may read.
   */
  async admit(
    repository: Repository,
    actor: Actor,
    { oids, claims }: { oids: readonly string[]; claims: readonly UploadClaim[] },
  ): Promise<Map<string, LfsUpload>> {
    if (oids.length === 0 && claims.length === 0) return new Map();
    return this.quotas.whileHeld(repository.namespaceId, async (manager, held) => {
      const known = await this.unlinked(manager, repository.id, oids);
      await this.quotas.requireRoom(manager, held, {
        actor,
        storageClass: await this.quotas.classOfRepository(manager, repository.id),
        growth: { lfs: await this.uploads.growthOf(manager, repository.id, [...known, ...claims]) },
        // A client sends several batches for one push.
        subject: 'This upload',
      });
      await this.linkWithin(manager, repository.id, { oids, actor });
      return this.uploads.reserve(manager, repository.id, { userId: userIdOf(actor), claims });
    });
  }

  private async linkWithin(
    manager: EntityManager,
    repositoryId: number,
    { oids, actor }: { oids: readonly string[]; actor: Actor },
  ): Promise<void> {
    if (oids.length === 0) return;
    const added = await this.insertLinks(manager, repositoryId, oids);
    await this.uploads.settle(manager, repositoryId, oids);
    await this.takeFromTrash(manager, repositoryId, { oids, actor });
    if (added.length === 0) return;
    const addedBytes = added.reduce((sum, row) => sum + Number(row.size_bytes), 0);
    await manager.query(
      `UPDATE repositories SET lfs_size_bytes = lfs_size_bytes + $2, lfs_object_count = lfs_object_count + $3 WHERE id = $1`,
      [repositoryId, addedBytes, added.length],
    );
  }

  /** Linked again, whichever way: there is nothing left to restore. */
  private async takeFromTrash(
    manager: EntityManager,
    repositoryId: number,
    { oids, actor }: { oids: readonly string[]; actor: Actor },
  ): Promise<void> {
    const [rows] = (await manager.query(
      'DELETE FROM lfs_trash WHERE repository_id = $1 AND oid = ANY($2) RETURNING oid',
      [repositoryId, oids],
    )) as [{ oid: string }[], number];
    if (rows.length === 0) return;
    const by = actor.kind === 'user' ? { actor } : {};
    await this.audit.record(manager, { action: 'lfs_object.restore', repositoryId, ...by, ...auditedObjects(rows) });
  }

  /** The known objects among `oids` that the repository does not link yet. */
  private async unlinked(
    manager: EntityManager,
    repositoryId: number,
    oids: readonly string[],
  ): Promise<UploadClaim[]> {
    if (oids.length === 0) return [];
    const rows = (await manager.query(
      `SELECT o.oid, o.size_bytes FROM lfs_objects o WHERE o.oid = ANY($2)
          AND NOT EXISTS (SELECT 1 FROM lfs_links l WHERE l.repository_id = $1 AND l.oid = o.oid)`,
      [repositoryId, oids],
    )) as { oid: string; size_bytes: string }[];
    return rows.map(({ oid, size_bytes }) => ({ oid, sizeBytes: Number(size_bytes) }));
  }

  /** An object that is being purged right now is waited for, and then left out. */
  private insertLinks(manager: EntityManager, repositoryId: number, oids: readonly string[]) {
    return manager.query(
      `WITH there AS (SELECT oid FROM lfs_objects WHERE oid = ANY($2) ORDER BY oid FOR KEY SHARE), added AS (
         INSERT INTO lfs_links (repository_id, oid)
         SELECT $1, oid FROM there ON CONFLICT DO NOTHING RETURNING oid)
       SELECT o.oid, o.size_bytes FROM added JOIN lfs_objects o USING (oid)`,
      [repositoryId, [...new Set(oids)]],
    ) as Promise<{ oid: string; size_bytes: string }[]>;
  }
}
