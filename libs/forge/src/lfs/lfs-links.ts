import type { EntityManager } from 'typeorm';
import type { AuditService } from '../audit';
import { userIdOf, type Actor } from '../identity/actor';
import type { HeldNamespace, QuotasService } from '../quotas';
import { auditedObjects } from './audited-objects';
import type { LfsUpload, LfsUploadsService, UploadClaim } from './lfs-uploads.service';

/** What a repository is to have: objects that are here, and room for those that will come. */
export interface Admission {
  repositoryId: number;
  actor: Actor;
  oids: readonly string[];
  claims: readonly UploadClaim[];
}

export interface Admitted {
  /** The oids that the repository has now: an object that was purged at this moment is not among them. */
  linked: Set<string>;
  /** By oid. */
  reserved: Map<string, LfsUpload>;
}

/** Which repository has which object. Each method is a part of a transaction that holds the repository's namespace. */
export class LfsLinks {
  constructor(private readonly services: { quotas: QuotasService; uploads: LfsUploadsService; audit: AuditService }) {}

  /**
   * Links known objects and reserves room for others.
   * @throws DomainError `quota_exceeded`, whose names are those that the actor may read.
   */
  async admit(manager: EntityManager, held: HeldNamespace, admission: Admission): Promise<Admitted> {
    const { repositoryId, actor, claims } = admission;
    if (this.services.quotas.isLimited(held, 'lfs')) await this.requireRoom(manager, held, admission);
    const linked = await this.link(manager, admission);
    const reserved = await this.services.uploads.reserve(manager, repositoryId, { userId: userIdOf(actor), claims });
    return { linked, reserved };
  }

  private async requireRoom(
    manager: EntityManager,
    held: HeldNamespace,
    { repositoryId, actor, oids, claims }: Admission,
  ): Promise<void> {
    const { quotas, uploads } = this.services;
    const known = await this.unlinked(manager, repositoryId, oids);
    await quotas.requireRoom(manager, held, {
      actor,
      storageClass: await quotas.classOfRepository(manager, repositoryId),
      growth: { lfs: await uploads.growthOf(manager, repositoryId, [...known, ...claims]) },
      // A client sends several batches for one push.
      subject: 'This upload',
    });
  }

  private async link(manager: EntityManager, { repositoryId, oids, actor }: Admission): Promise<Set<string>> {
    if (oids.length === 0) return new Set();
    const there = await this.insertLinks(manager, repositoryId, oids);
    await this.services.uploads.settle(manager, repositoryId, oids);
    await this.takeFromTrash(manager, repositoryId, { oids, actor });
    const added = there.filter((row) => row.is_new);
    if (added.length > 0) {
      const addedBytes = added.reduce((sum, row) => sum + Number(row.size_bytes), 0);
      await manager.query(
        `UPDATE repositories SET lfs_size_bytes = lfs_size_bytes + $2, lfs_object_count = lfs_object_count + $3 WHERE id = $1`,
        [repositoryId, addedBytes, added.length],
      );
    }
    return new Set(there.map(({ oid }) => oid));
  }

  /** Linked again, whichever way: there is nothing left to restore. */
  private async takeFromTrash(
    manager: EntityManager,
    repositoryId: number,
    { oids, actor }: { oids: readonly string[]; actor: Actor },
  ): Promise<void> {
    const [rows] = await manager.query<[{ oid: string }[], number]>(
      'DELETE FROM lfs_trash WHERE repository_id = $1 AND oid = ANY($2) RETURNING oid',
      [repositoryId, oids],
    );
    if (rows.length === 0) return;
    const by = actor.kind === 'user' ? { actor } : {};
    await this.services.audit.record(manager, {
      action: 'lfs_object.restore',
      repositoryId,
      ...by,
      ...auditedObjects(rows),
    });
  }

  /** The known objects among `oids` that the repository does not link yet. */
  private async unlinked(
    manager: EntityManager,
    repositoryId: number,
    oids: readonly string[],
  ): Promise<UploadClaim[]> {
    if (oids.length === 0) return [];
    const rows = await manager.query<{ oid: string; size_bytes: string }[]>(
      `SELECT o.oid, o.size_bytes FROM lfs_objects o WHERE o.oid = ANY($2)
          AND NOT EXISTS (SELECT 1 FROM lfs_links l WHERE l.repository_id = $1 AND l.oid = o.oid)`,
      [repositoryId, oids],
    );
    return rows.map(({ oid, size_bytes }) => ({ oid, sizeBytes: Number(size_bytes) }));
  }

  /** An object that is being purged right now is waited for, and then left out. */
  private insertLinks(manager: EntityManager, repositoryId: number, oids: readonly string[]) {
    return manager.query<{ oid: string; size_bytes: string; is_new: boolean }[]>(
      `WITH there AS (SELECT oid, size_bytes FROM lfs_objects WHERE oid = ANY($2) ORDER BY oid FOR KEY SHARE), added AS (
         INSERT INTO lfs_links (repository_id, oid)
         SELECT $1, oid FROM there ON CONFLICT DO NOTHING RETURNING oid)
       SELECT oid, size_bytes, oid IN (SELECT oid FROM added) AS is_new FROM there`,
      [repositoryId, [...new Set(oids)]],
    );
  }
}
