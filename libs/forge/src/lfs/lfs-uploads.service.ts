import { randomUUID } from 'node:crypto';
import type { Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, OBJECT_STORE } from '../database/tokens';
import { STAGING_PREFIX } from './storage-keys';

/** How long room stays reserved for an upload that was promised and does not come. */
export const RESERVATION_TTL_SECONDS = 7200;
const JUST_NOW_SECONDS = 300;
/** A slow client's body of hours must find its room when it arrives: straight at the store, nobody sees it coming. */
const SLOW_BYTES_PER_SECOND = 250_000;
const MAX_SLOW_SECONDS = 79_200;

/** A body this old was left by a crash, or by a client that never said that it is done. */
const STAGING_AGE_MS = 86_400_000;

export interface UploadClaim {
  oid: string;
  sizeBytes: number;
}

/** One upload that a batch has made room for. */
export interface LfsUpload extends UploadClaim {
  /** Names its staging keys. */
  id: string;
}

interface Row {
  oid: string;
  id: string;
  size_bytes: string;
}

/**
 * For the ledger (quotas): what is reserved for uploads. What is sent again to mend a damaged object counts by its link
 * already.
 */
export const HELD_BY_UPLOADS = `SELECT u.repository_id AS id, 0 AS git, u.size_bytes AS lfs
    FROM lfs_uploads u JOIN repository r ON r.id = u.repository_id WHERE u.expires_at > now()
     AND NOT EXISTS (SELECT 1 FROM lfs_links l WHERE l.repository_id = u.repository_id AND l.oid = u.oid)`;

/** Each content once. */
const distinct = (claims: readonly UploadClaim[]) => [...new Map(claims.map((claim) => [claim.oid, claim])).values()];

const fromRow = ({ oid, id, size_bytes }: Row): LfsUpload => ({ oid, id, sizeBytes: Number(size_bytes) });

/** The ledger of bytes on their way: reserved by a batch, settled by the link, released when they do not come. */
@Injectable()
export class LfsUploadsService {
  constructor(
    private readonly database: DataSource,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Reserves what each claim needs, or renews it: the same content is reserved once in a repository, whoever sends it.
   * Part of a transaction that holds the namespace and has asked for room: see {@link growthOf}.
   */
  async reserve(
    manager: EntityManager,
    repositoryId: number,
    { userId, claims }: { userId: number | null; claims: readonly UploadClaim[] },
  ): Promise<Map<string, LfsUpload>> {
    if (claims.length === 0) return new Map();
    const rows = await this.upsert(manager, { repositoryId, userId, claims: distinct(claims) });
    return new Map(rows.map((row) => [row.oid, fromRow(row)]));
  }

  /** The bytes of `claims` that count nowhere yet: what is linked (and sent again, since it is damaged) or reserved does. */
  async growthOf(manager: EntityManager, repositoryId: number, claims: readonly UploadClaim[]): Promise<number> {
    if (claims.length === 0) return 0;
    const wanted = distinct(claims);
    const [row] = await manager.query<{ growth: string }[]>(
      `SELECT COALESCE(sum(claim.size_bytes - COALESCE(u.size_bytes, 0)), 0) AS growth
         FROM unnest($2::text[], $3::bigint[]) AS claim (oid, size_bytes)
         LEFT JOIN lfs_uploads u ON u.repository_id = $1 AND u.oid = claim.oid AND u.expires_at > now()
        WHERE NOT EXISTS (SELECT 1 FROM lfs_links l WHERE l.repository_id = $1 AND l.oid = claim.oid)`,
      [repositoryId, wanted.map(({ oid }) => oid), wanted.map(({ sizeBytes }) => sizeBytes)],
    );
    return Number(row?.growth ?? 0);
  }

  private upsert(
    manager: EntityManager,
    { repositoryId, userId, claims }: { repositoryId: number; userId: number | null; claims: UploadClaim[] },
  ): Promise<Row[]> {
    return manager.query<Row[]>(
      `INSERT INTO lfs_uploads (repository_id, user_id, expires_at, oid, size_bytes, id)
       SELECT $1, $2, $3::timestamptz + least(claim.size_bytes / $7::bigint, $8) * interval '1 second', claim.*
         FROM unnest($4::text[], $5::bigint[], $6::uuid[]) AS claim (oid, size_bytes, id)
       ON CONFLICT (repository_id, oid) DO UPDATE
         SET size_bytes = excluded.size_bytes, user_id = excluded.user_id,
             expires_at = greatest(lfs_uploads.expires_at, excluded.expires_at)
       RETURNING oid, id, size_bytes`,
      [
        repositoryId,
        userId,
        this.expiry(RESERVATION_TTL_SECONDS),
        claims.map((claim) => claim.oid),
        claims.map((claim) => claim.sizeBytes),
        claims.map(() => randomUUID()),
        SLOW_BYTES_PER_SECOND,
        MAX_SLOW_SECONDS,
      ],
    );
  }

  /** Those of `oids` that a batch has made room for, in one query. */
  async findAll(repositoryId: number, oids: readonly string[]): Promise<LfsUpload[]> {
    if (oids.length === 0) return [];
    const rows = await this.database.query<Row[]>(
      'SELECT oid, id, size_bytes FROM lfs_uploads WHERE repository_id = $1 AND oid = ANY($2)',
      [repositoryId, [...new Set(oids)]],
    );
    return rows.map(fromRow);
  }

  /** The upload as it was reserved last; null when it was settled, or has expired and is swept. */
  async find(repositoryId: number, oid: string): Promise<LfsUpload | null> {
    const [upload] = await this.findAll(repositoryId, [oid]);
    return upload ?? null;
  }

  /**
   * A body has begun to arrive, or goes on: the room must outlast it. What has expired may be somebody else's by now.
   * What was reserved just now is left alone: a thousand small objects would wait for the disk a thousand times.
   */
  async renew(repositoryId: number, oid: string, ttlSeconds = RESERVATION_TTL_SECONDS): Promise<void> {
    await this.database.query(
      `UPDATE lfs_uploads SET expires_at = greatest(expires_at, $3)
        WHERE repository_id = $1 AND oid = $2 AND expires_at > now() AND expires_at < $4`,
      [repositoryId, oid, this.expiry(ttlSeconds), this.expiry(ttlSeconds - JUST_NOW_SECONDS)],
    );
  }

  /** The content is linked: its bytes count from there. Part of the transaction that links. */
  async settle(manager: EntityManager, repositoryId: number, oids: readonly string[]): Promise<void> {
    await manager.query('DELETE FROM lfs_uploads WHERE repository_id = $1 AND oid = ANY($2)', [repositoryId, oids]);
  }

  /** The upload has failed for good. */
  async release(repositoryId: number, oid: string): Promise<void> {
    await this.settle(this.database.manager, repositoryId, [oid]);
  }

  /** Gives back what was reserved for uploads that did not come, and removes bodies that nobody came back for. */
  async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.database.query('DELETE FROM lfs_uploads WHERE expires_at < $1', [now]);
    for await (const { key, modifiedAt } of this.store.list(STAGING_PREFIX)) {
      if (now.getTime() - modifiedAt.getTime() < STAGING_AGE_MS) continue;
      if (!(await this.isAwaited(key))) await this.store.delete(key);
    }
  }

  private async isAwaited(stagingKey: string): Promise<boolean> {
    const [id = ''] = stagingKey.slice(STAGING_PREFIX.length).split(/[./]/);
    const rows = await this.database.query<unknown[]>('SELECT 1 FROM lfs_uploads WHERE id::text = $1', [id]);
    return rows.length > 0;
  }

  private expiry(ttlSeconds: number): Date {
    return new Date(this.clock.now().getTime() + ttlSeconds * 1000);
  }
}
