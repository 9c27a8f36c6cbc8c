import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@granary/kernel';
import { measure, type ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { Any, DataSource, type EntityManager } from 'typeorm';
import { OBJECT_STORE } from '../database/tokens';
import { QuotasService } from '../quotas';
import { Repository } from '../repositories';
import { LfsLink } from './lfs-link.entity';
import { LfsObject } from './lfs-object.entity';

/** Objects fan out over two levels, as git-lfs keeps them. */
export function lfsObjectKey(oid: string): string {
  return `lfs/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`;
}

/** A content that this repository may hand out. */
export interface LinkedObject {
  oid: string;
  sizeBytes: number;
  crc32: number;
}

/** The bytes and the links. Nothing is published before it hashed right; nothing is read without a link. */
@Injectable()
export class LfsObjectsService {
  constructor(
    private readonly database: DataSource,
    private readonly quotas: QuotasService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /** Which of `oids` the repository has: one query with one parameter, whatever their number. */
  async linked(repositoryId: number, oids: readonly string[]): Promise<Map<string, LinkedObject>> {
    if (oids.length === 0) return new Map();
    const links = await this.database.manager.find(LfsLink, {
      where: { repositoryId, oid: Any([...new Set(oids)]) },
      relations: { object: true },
    });
    return new Map(links.map(({ oid, object }) => [oid, { oid, sizeBytes: object.sizeBytes, crc32: object.crc32 }]));
  }

  /** @throws DomainError `not_found` when the repository has no such object. */
  async requireLinked(repositoryId: number, oid: string): Promise<LinkedObject> {
    const object = (await this.linked(repositoryId, [oid])).get(oid);
    if (!object) throw new DomainError('not_found', `This repository has no LFS object ${oid}.`);
    return object;
  }

  async read(
    oid: string,
    options: { range?: { start: number; end: number }; signal?: AbortSignal } = {},
  ): Promise<Readable> {
    return this.store.read(lfsObjectKey(oid), options);
  }

  /**
   * Takes the whole body, hashes it while it is written to a staging key, and publishes it only when it is the
   * object it claims to be. A body for an object that the hub already has is hashed all the same: it is the proof
   * that the sender has the content.
   * @throws DomainError `hash_mismatch` (nothing is kept), `quota_exceeded`, `storage_full`.
   */
  async upload(
    repository: Repository,
    claim: { oid: string; sizeBytes: number },
    body: { stream: Readable; signal?: AbortSignal },
  ): Promise<void> {
    const staging = `staging/${randomUUID()}`;
    const meter = measure();
    try {
      await Promise.all([
        pipeline(body.stream, meter, { signal: body.signal }),
        this.store.put(staging, meter, { sizeBytes: claim.sizeBytes, signal: body.signal }),
      ]);
      const { sha256, sizeBytes, crc32 } = meter.result();
      if (sha256 !== claim.oid || sizeBytes !== claim.sizeBytes) {
        throw new DomainError('hash_mismatch', `The body is not the object ${claim.oid} of ${claim.sizeBytes} bytes.`, {
          hint: 'It was not stored. Run "git lfs fsck" and push again.',
        });
      }
      await this.publish(staging, { oid: claim.oid, sizeBytes, crc32 });
    } catch (error) {
      await this.store.delete(staging).catch(() => undefined);
      throw error;
    }
    await this.link(repository, [claim.oid]);
  }

  private async publish(staging: string, object: LinkedObject): Promise<void> {
    const key = lfsObjectKey(object.oid);
    const known = await this.database.manager.existsBy(LfsObject, { oid: object.oid });
    if (known && (await this.store.stat(key))?.sizeBytes === object.sizeBytes) {
      await this.store.delete(staging);
      return;
    }
    await this.store.move(staging, key);
    await this.database.manager
      .createQueryBuilder()
      .insert()
      .into(LfsObject)
      .values({ oid: object.oid, sizeBytes: object.sizeBytes, crc32: object.crc32 })
      .orIgnore()
      .execute();
  }

  /** Links known objects to the repository and counts them there, each once, in one transaction. */
  async link(repository: Repository, oids: readonly string[]): Promise<void> {
    if (oids.length === 0) return;
    await this.database.transaction(async (manager) => {
      // One at a time per namespace: two uploads at the edge of a quota must see each other.
      await manager.query('SELECT 1 FROM namespaces WHERE id = $1 FOR UPDATE', [repository.namespaceId]);
      const added = await this.insertLinks(manager, repository.id, oids);
      const addedBytes = added.reduce((sum, row) => sum + Number(row.size_bytes), 0);
      if (added.length === 0) return;
      await this.quotas.requireLfsRoom(manager, repository.namespaceId, addedBytes);
      await manager.query(
        `UPDATE repositories SET lfs_size_bytes = lfs_size_bytes + $2, lfs_object_count = lfs_object_count + $3 WHERE id = $1`,
        [repository.id, addedBytes, added.length],
      );
    });
  }

  private insertLinks(manager: EntityManager, repositoryId: number, oids: readonly string[]) {
    return manager.query(
      `WITH added AS (
         INSERT INTO lfs_links (repository_id, oid)
         SELECT $1, oid FROM lfs_objects WHERE oid = ANY($2) ON CONFLICT DO NOTHING RETURNING oid)
       SELECT o.oid, o.size_bytes FROM added JOIN lfs_objects o USING (oid)`,
      [repositoryId, [...new Set(oids)]],
    ) as Promise<{ oid: string; size_bytes: string }[]>;
  }
}
