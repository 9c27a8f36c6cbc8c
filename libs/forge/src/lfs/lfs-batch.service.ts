import { DomainError, type Clock } from '@granary/kernel';
import { isLfsOid, type LfsBatchRequest } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, FORGE_OPTIONS } from '../database/tokens';
import { userIdOf, type Actor } from '../identity/actor';
import type { ForgeOptions } from '../options';
import { judgeProtected, ProtectionsService } from '../protection';
import { RepositoryAccessService, whereReadable, Repository, type OpenRepository } from '../repositories';
import { LfsTrashService } from './collection/lfs-trash.service';
import { LfsActions, type TransferAction } from './transfers/lfs-actions';
import { LfsCredentials } from './transfers/lfs-credential';
import { DAMAGED_HINT, LfsObjectsService, type LinkedObject } from './lfs-objects.service';
import type { LfsUpload } from './lfs-uploads.service';
import { LfsVerificationsService } from './transfers/lfs-verifications.service';
import { chooseTransfer, type TransferName } from './transfers/transfer-choice';
import type { TransferGrants } from './transfers/transfer-grant';

/** Batches may name at most so many objects (git-lfs itself sends 100). */
export const MAX_BATCH_OBJECTS = 1000;
/** Long enough for an upload of hours; the client asks again with its next batch. */
export const CREDENTIAL_TTL_SECONDS = 7200;
/** 5 TiB: what S3 holds in one object. */
export const MAX_OBJECT_BYTES = 5 * 1024 ** 4;

/** The answer to a batch: one plan per object, in the request's order, all for one transfer adapter of the client. */
export interface BatchPlan {
  transfer: TransferName;
  objects: ObjectPlan[];
}

/** What to do with one object. Trouble with one object is data: the others must still transfer. */
export type ObjectPlan = { oid: string; sizeBytes: number } & (
  | { kind: 'present' }
  | { kind: 'upload'; upload: TransferAction; verify: TransferAction | null }
  | { kind: 'download'; download: TransferAction }
  | { kind: 'refused'; status: 404 | 409 | 410 | 422; message: string }
);

type Where = { actor: Actor; opened: OpenRepository };
type Wanted = LfsBatchRequest['objects'][number];

function refusal(object: Wanted, status: 404 | 409 | 410 | 422, message: string): ObjectPlan {
  return { kind: 'refused', oid: object.oid, sizeBytes: object.size, status, message };
}

const claimsOf = (wanted: Wanted[]) => wanted.map(({ oid, size }) => ({ oid, sizeBytes: size }));

function fault(object: Wanted): ObjectPlan | null {
  if (!isLfsOid(object.oid)) return refusal(object, 422, 'The oid must be 64 lower-case hex digits (SHA-256).');
  if (!Number.isSafeInteger(object.size) || object.size < 0 || object.size > MAX_OBJECT_BYTES) {
    return refusal(object, 422, 'The size must be a whole number of bytes, at most 5 TiB.');
  }
  return null;
}

/**
 * Git LFS batch API (git-lfs: docs/api/batch.md), the part that decides. An object of size 0 is there without being
 * kept: git-lfs writes an empty file for its pointer, and looks for nothing.
 */
@Injectable()
export class LfsBatchService {
  readonly grants: TransferGrants;
  readonly credentials: LfsCredentials;

  constructor(
    private readonly database: DataSource,
    private readonly objects: LfsObjectsService,
    private readonly access: RepositoryAccessService,
    private readonly protections: ProtectionsService,
    private readonly trash: LfsTrashService,
    private readonly verifications: LfsVerificationsService,
    private readonly actions: LfsActions,
    @Inject(FORGE_OPTIONS) options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.grants = actions.grants;
    this.credentials = new LfsCredentials(options.instanceSecret);
  }

  /**
   * Plans every object in a constant number of queries.
   * @throws DomainError for trouble with the whole request: `forbidden`, `conflict` (hash), `too_large`, `quota_exceeded`.
   */
  async plan(actor: Actor, opened: OpenRepository, request: LfsBatchRequest): Promise<BatchPlan> {
    if (request.hash_algo !== undefined && request.hash_algo !== 'sha256') {
      throw new DomainError('conflict', `The hub stores LFS objects by sha256, not by ${request.hash_algo}.`);
    }
    if (request.objects.length > MAX_BATCH_OBJECTS) {
      throw new DomainError('too_large', `A batch may name at most ${MAX_BATCH_OBJECTS} objects.`);
    }
    if (actor.kind === 'user' && actor.lfsOperation && actor.lfsOperation !== request.operation) {
      throw new DomainError('forbidden', `This LFS credential is for ${actor.lfsOperation}s only.`);
    }
    this.access.require(actor, opened, request.operation === 'upload' ? 'write' : 'read');
    const good = request.objects.filter((object) => !fault(object));
    const transfer = chooseTransfer(request);
    const plan = await (request.operation === 'download'
      ? this.downloads({ actor, opened }, good)
      : this.uploadsOf({ actor, opened }, good, { transfer, ref: request.ref?.name }));
    const objects = await Promise.all(request.objects.map(async (object) => fault(object) ?? plan(object)));
    return { transfer, objects };
  }

  private async downloads(where: Where, wanted: Wanted[]): Promise<(object: Wanted) => Promise<ObjectPlan>> {
    const linked = await this.linked(where.opened, wanted);
    const damaged = await this.damaged(where.opened, wanted, linked);
    return (object) => this.planDownload(where, object, { linked, damaged });
  }

  private async uploadsOf(
    where: Where,
    wanted: Wanted[],
    { transfer, ref }: { transfer: TransferName; ref?: string },
  ): Promise<(object: Wanted) => Promise<ObjectPlan>> {
    const { actor, opened } = where;
    await this.requirePushable(actor, opened, ref);
    const oids = wanted.map(({ oid }) => oid);
    await this.verifications.finishArrived(opened.repository, oids);
    const linked = await this.linked(opened, wanted);
    const missing = wanted.filter((object) => !linked.has(object.oid));
    const trashed = await this.trash.sizes(
      opened.repository.id,
      missing.map(({ oid }) => oid),
    );
    const known = new Map([...(await this.adoptable(actor, missing)), ...trashed]);
    const reserved = await this.objects.admit(opened.repository, actor, {
      oids: missing.filter(({ oid, size }) => known.get(oid) === size).map(({ oid }) => oid),
      claims: claimsOf(missing.filter(({ oid, size }) => !known.has(oid) && size > 0)),
    });
    for (const [oid, upload] of await this.reservePurged({ actor, opened }, missing, trashed)) {
      known.delete(oid);
      reserved.set(oid, upload);
    }
    const present = new Map([...linked].map(([oid, { sizeBytes }]) => [oid, sizeBytes]));
    for (const [oid, sizeBytes] of known) present.set(oid, sizeBytes);
    return (object) => this.planUpload(where, object, { present, reserved, transfer });
  }

  /** Those that the hub has, but not whole. */
  private damaged(opened: OpenRepository, good: Wanted[], linked: Map<string, unknown>): Promise<Set<string>> {
    const absent = good.map(({ oid }) => oid).filter((oid) => !linked.has(oid));
    return this.objects.damaged(opened.repository.id, absent);
  }

  /** What a purge took from the trash while it was about to be linked again has to be sent. */
  private async reservePurged({ actor, opened }: Where, missing: Wanted[], trashed: Map<string, number>) {
    const named = missing.filter(({ oid, size }) => trashed.get(oid) === size);
    const back = await this.linked(opened, named);
    const claims = claimsOf(named.filter(({ oid }) => !back.has(oid)));
    return this.objects.admit(opened.repository, actor, { oids: [], claims });
  }

  private linked({ repository }: OpenRepository, wanted: Wanted[]): Promise<Map<string, LinkedObject>> {
    return this.objects.linked(
      repository.id,
      wanted.map((object) => object.oid),
    );
  }

  private async planDownload(
    where: Where,
    object: Wanted,
    { linked, damaged }: { linked: Map<string, LinkedObject>; damaged: Set<string> },
  ): Promise<ObjectPlan> {
    const { oid, size: sizeBytes } = object;
    const found = linked.get(oid);
    if (damaged.has(oid)) return refusal(object, 410, `The hub has lost the content of this object. ${DAMAGED_HINT}`);
    if (!found && sizeBytes === 0) return { kind: 'present', oid, sizeBytes };
    if (!found) return refusal(object, 404, 'This repository has no such LFS object.');
    if (found.sizeBytes !== sizeBytes)
      return refusal(object, 422, `The object has ${found.sizeBytes} bytes, not ${sizeBytes}.`);
    return { kind: 'download', oid, sizeBytes, download: await this.actions.download(where, found) };
  }

  private async planUpload(
    { actor, opened }: Where,
    object: Wanted,
    {
      present,
      reserved,
      transfer,
    }: { present: Map<string, number>; reserved: Map<string, LfsUpload>; transfer: TransferName },
  ): Promise<ObjectPlan> {
    const { oid, size: sizeBytes } = object;
    const there = present.get(oid);
    if (there !== undefined && there !== sizeBytes)
      return refusal(object, 422, `The object has ${there} bytes, not ${sizeBytes}.`);
    if (there !== undefined || sizeBytes === 0) return { kind: 'present', oid, sizeBytes };
    const room = reserved.get(oid);
    if (room?.sizeBytes !== sizeBytes) return refusal(object, 422, 'The batch names this object with two sizes.');
    const { action, isToVerify } = await this.actions.upload({ actor, opened }, room, transfer);
    return {
      kind: 'upload',
      oid,
      sizeBytes,
      upload: action,
      verify: isToVerify ? this.verify({ actor, opened }) : null,
    };
  }

  private verify({ actor, opened }: Where): TransferAction {
    const authorization = this.authorization(actor, opened, 'upload');
    return {
      href: `${this.root(opened)}/objects/verify`,
      headers: authorization === null ? {} : { Authorization: authorization },
      expiresInSeconds: CREDENTIAL_TTL_SECONDS,
    };
  }

  /** A Basic header value that is good for this repository, operation and user alone; null for anonymous. */
  authorization(actor: Actor, opened: OpenRepository, operation: 'upload' | 'download'): string | null {
    if (actor.kind !== 'user') return null;
    const secret = this.credentials.issue({
      operation,
      repositoryId: opened.repository.id,
      userId: actor.userId,
      // Not beyond the token or key that asked for it.
      expiresAtSeconds: Math.min(
        Math.floor(this.clock.now().getTime() / 1000) + CREDENTIAL_TTL_SECONDS,
        Math.floor((actor.expiresAt?.getTime() ?? Infinity) / 1000),
      ),
    });
    return `Basic ${Buffer.from(`${actor.name}:${secret}`).toString('base64')}`;
  }

  root(opened: OpenRepository): string {
    return this.actions.root(opened);
  }

  /**
   * That the ref which the client is about to push takes its commits at all, told before the bytes travel. The push is
   * judged again, with what only the commits show. Clients before 2.4 name no ref.
   * @throws DomainError `forbidden`
   */
  private async requirePushable(actor: Actor, { repository, role }: OpenRepository, ref?: string): Promise<void> {
    if (!ref) return;
    const pusher = { userId: userIdOf(actor), role };
    const change = { ref, action: 'update' as const, forced: false };
    const refusal = judgeProtected(change, pusher, await this.protections.list(repository.id));
    if (refusal !== null) throw new DomainError('forbidden', refusal);
  }

  /**
   * The sizes of objects that the actor can read in another repository already: that is its proof of possession.
   * An object that merely exists on the hub is uploaded again.
   */
  private async adoptable(actor: Actor, objects: Wanted[]): Promise<Map<string, number>> {
    if (objects.length === 0) return new Map();
    const query = this.database
      .createQueryBuilder(Repository, 'r')
      .innerJoin('r.namespace', 'n')
      .innerJoin('lfs_links', 'l', 'l.repository_id = r.id')
      .innerJoin('lfs_objects', 'o', 'o.oid = l.oid')
      .select('DISTINCT o.oid', 'oid')
      .addSelect('o.size_bytes', 'size')
      .where('o.damaged_at IS NULL AND l.oid = ANY(:oids)', { oids: objects.map((object) => object.oid) });
    const rows = await whereReadable(query, actor).getRawMany<{ oid: string; size: string }>();
    return new Map(rows.map((row) => [row.oid, Number(row.size)]));
  }
}
