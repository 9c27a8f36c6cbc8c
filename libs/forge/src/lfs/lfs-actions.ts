import type { Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, FORGE_OPTIONS, OBJECT_STORE } from '../database/tokens';
import { userIdOf, type Actor } from '../identity/actor';
import type { ForgeOptions } from '../options';
import { fullName, type OpenRepository } from '../repositories';
import type { LinkedObject } from './lfs-objects.service';
import type { LfsUpload } from './lfs-uploads.service';
import { stagingKeyOf } from './storage-keys';
import type { TransferName } from './transfer-choice';
import { TransferGrants, type TransferGrant } from './transfer-grant';

const UPLOAD_TTL_SECONDS = 3600;
const DOWNLOAD_TTL_SECONDS = 900;
const CONTENT_TYPE = 'application/octet-stream';
/** 5 GiB: what S3 takes in one PUT. */
const MAX_DIRECT_BYTES = 5 * 1024 ** 3;

export interface TransferAction {
  href: string;
  /** The client must send these. */
  headers: Record<string, string>;
  expiresInSeconds: number;
}

type Where = { actor: Actor; opened: OpenRepository };

/** Where a client sends an object, or fetches it: at the store itself where that can be, else at the hub. */
@Injectable()
export class LfsActions {
  readonly grants: TransferGrants;

  constructor(
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.grants = new TransferGrants(options.instanceSecret);
  }

  root(opened: OpenRepository): string {
    return `${this.options.baseUrl}/${fullName(opened.repository)}.git/info/lfs`;
  }

  async upload(where: Where, upload: LfsUpload, transfer: TransferName): Promise<TransferAction> {
    if (transfer !== 'basic') return this.throughHub(where, { ...upload, operation: transfer }, UPLOAD_TTL_SECONDS);
    return (
      (await this.directUpload(upload)) ??
      this.throughHub(where, { ...upload, operation: 'upload' }, UPLOAD_TTL_SECONDS)
    );
  }

  async download(where: Where, object: LinkedObject): Promise<TransferAction> {
    const href = this.options.lfs.direct
      ? await this.store.presignGet(object.storageKey, { ttlSeconds: DOWNLOAD_TTL_SECONDS })
      : null;
    if (href !== null) return { href, headers: {}, expiresInSeconds: DOWNLOAD_TTL_SECONDS };
    return this.throughHub(where, { ...object, operation: 'download' }, DOWNLOAD_TTL_SECONDS);
  }

  /** A body without bytes has no length that clients surely announce: the hub takes it. */
  private async directUpload({ id, oid, sizeBytes }: LfsUpload): Promise<TransferAction | null> {
    if (!this.options.lfs.direct || sizeBytes === 0 || sizeBytes > MAX_DIRECT_BYTES) return null;
    const put = await this.store.presignPut(stagingKeyOf(id), {
      ttlSeconds: UPLOAD_TTL_SECONDS,
      sizeBytes,
      sha256Base64: Buffer.from(oid, 'hex').toString('base64'),
      contentType: CONTENT_TYPE,
    });
    if (put === null) return null;
    const { 'content-type': contentType = CONTENT_TYPE, ...others } = put.headers;
    return {
      href: put.url,
      headers: { 'Content-Type': contentType, ...others },
      expiresInSeconds: UPLOAD_TTL_SECONDS,
    };
  }

  private throughHub(
    { actor, opened }: Where,
    { operation, oid, sizeBytes }: Pick<TransferGrant, 'operation' | 'oid' | 'sizeBytes'>,
    expiresInSeconds: number,
  ): TransferAction {
    const query = this.grants.query({
      operation,
      oid,
      sizeBytes,
      repositoryId: opened.repository.id,
      userId: userIdOf(actor) ?? 0,
      expiresAtSeconds: Math.floor(this.clock.now().getTime() / 1000) + expiresInSeconds,
    });
    const headers: Record<string, string> = operation === 'upload' ? { 'Content-Type': CONTENT_TYPE } : {};
    const path = operation === 'tus' ? `${oid}/tus` : oid;
    return { href: `${this.root(opened)}/objects/${path}?${query}`, headers, expiresInSeconds };
  }
}
