import type { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { Any, DataSource, IsNull } from 'typeorm';
import { AuditService } from '../audit';
import { OBJECT_STORE } from '../database/tokens';
import { ANONYMOUS, type Actor } from '../identity/actor';
import { QuotasService } from '../quotas';
import { Repository } from '../repositories';
import { LfsLink } from './lfs-link.entity';
import { LfsLinks } from './lfs-links';
import { LfsPublications } from './lfs-publications';
import { LfsUploadsService, type LfsUpload, type UploadClaim } from './lfs-uploads.service';
import { newStorageKey } from './storage-keys';

/** A content that this repository may hand out. */
export interface LinkedObject {
  oid: string;
  sizeBytes: number;
  crc32: number;
  storageKey: string;
}

/** What was measured of a content before it is published. */
export type PublishedObject = Omit<LinkedObject, 'storageKey'>;

/** What whoever meets a damaged object can do. */
export const DAMAGED_HINT = 'Upload it again from a clone that has it: git lfs push --all';

/** Here long before its room expires, which a batch reserved for twice as long as its addresses are good. */
const SOON_HERE_BYTES = 1024 ** 2;

const isHashMismatch = (error: unknown) => error instanceof DomainError && error.code === 'hash_mismatch';

/** The bytes and the links. Nothing is published before it hashed right; nothing is read without a link. */
@Injectable()
export class LfsObjectsService {
  private readonly links: LfsLinks;
  private readonly publications: LfsPublications;

  constructor(
    private readonly database: DataSource,
    private readonly quotas: QuotasService,
    private readonly uploads: LfsUploadsService,
    audit: AuditService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {
    this.links = new LfsLinks({ quotas, uploads, audit });
    this.publications = new LfsPublications({ database, quotas, audit, store, links: this.links });
  }

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
    const rows = await this.database.query<{ oid: string }[]>(
      `SELECT o.oid FROM lfs_links l JOIN lfs_objects o USING (oid)
        WHERE l.repository_id = $1 AND o.oid = ANY($2) AND o.damaged_at IS NOT NULL`,
      [repositoryId, oids],
    );
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
    if (claim.sizeBytes > SOON_HERE_BYTES) await this.uploads.renew(repository.id, claim.oid);
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
    await this.publications.publishLinked(repository, { ...object, storageKey });
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
  publishInPlace(object: LinkedObject): Promise<void> {
    return this.publications.publish([object]);
  }

  /** Whether the hub has the content, and whole. What is known waits again before it is collected. */
  async isKept(claim: UploadClaim): Promise<boolean> {
    return (await this.publications.whole([claim])).has(claim.oid);
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
    admitted: { oids: readonly string[]; claims: readonly UploadClaim[] },
  ): Promise<Map<string, LfsUpload>> {
    if (admitted.oids.length === 0 && admitted.claims.length === 0) return new Map();
    const { reserved } = await this.quotas.whileHeld(repository.namespaceId, (manager, held) =>
      this.links.admit(manager, held, { repositoryId: repository.id, actor, ...admitted }),
    );
    return reserved;
  }
}
