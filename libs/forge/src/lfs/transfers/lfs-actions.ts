import type { Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, FORGE_OPTIONS, OBJECT_STORE } from '../../database/tokens';
import { userIdOf, type Actor } from '../../identity/actor';
import type { ForgeOptions } from '../../options';
import { fullName, type OpenRepository } from '../../repositories';
import type { LinkedObject } from '../lfs-objects.service';
import type { LfsUpload, UploadClaim } from '../lfs-uploads.service';
import { stagingKeyOf } from '../storage-keys';
import { pieceKeyOf, type Piece } from './pieces';
import { MULTIPART_TRANSFER, type TransferName } from './transfer-choice';
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

/** What follows the oid in the path of a signed URL. */
const PATHS: Record<TransferGrant['operation'], string> = {
  upload: '',
  download: '',
  tus: '/tus',
  multipart: '/parts',
};

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

  /** @returns where to send the object, and whether the hub has to be told afterwards: it sees most bodies itself. */
  async upload(
    where: Where,
    upload: LfsUpload,
    transfer: TransferName,
  ): Promise<{ action: TransferAction; isToVerify: boolean }> {
    if (transfer === 'tus')
      return { action: this.throughHub(where, { ...upload, operation: 'tus' }), isToVerify: true };
    if (transfer === MULTIPART_TRANSFER) return { action: this.session(where, upload), isToVerify: true };
    const direct = await this.directUpload(upload);
    if (direct) return { action: direct, isToVerify: true };
    return { action: this.throughHub(where, { ...upload, operation: 'upload' }), isToVerify: false };
  }

  /** Where the agent asks what to send. */
  session(where: Where, upload: UploadClaim): TransferAction {
    return this.throughHub(where, { ...upload, operation: 'multipart' });
  }

  /** Where the agent sends one part. Its hash is not known yet: that of the whole tells. */
  async part(where: Where, upload: LfsUpload, piece: Piece): Promise<TransferAction> {
    const put = this.options.lfs.direct
      ? await this.store.presignPut(pieceKeyOf(upload.id, piece.index), {
          ttlSeconds: UPLOAD_TTL_SECONDS,
          sizeBytes: piece.sizeBytes,
          contentType: CONTENT_TYPE,
        })
      : null;
    if (put) return { href: put.url, headers: put.headers, expiresInSeconds: UPLOAD_TTL_SECONDS };
    return this.throughHub(where, { ...upload, operation: 'multipart' }, `/${piece.index}`);
  }

  async download(where: Where, object: LinkedObject): Promise<TransferAction> {
    const href = this.options.lfs.direct
      ? await this.store.presignGet(object.storageKey, { ttlSeconds: DOWNLOAD_TTL_SECONDS })
      : null;
    if (href !== null) return { href, headers: {}, expiresInSeconds: DOWNLOAD_TTL_SECONDS };
    return this.throughHub(where, { ...object, operation: 'download' });
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
    below = '',
  ): TransferAction {
    const expiresInSeconds = operation === 'download' ? DOWNLOAD_TTL_SECONDS : UPLOAD_TTL_SECONDS;
    const query = this.grants.query({
      operation,
      oid,
      sizeBytes,
      repositoryId: opened.repository.id,
      userId: userIdOf(actor) ?? 0,
      expiresAtSeconds: Math.floor(this.clock.now().getTime() / 1000) + expiresInSeconds,
    });
    const headers: Record<string, string> = operation === 'upload' ? { 'Content-Type': CONTENT_TYPE } : {};
    return {
      href: `${this.root(opened)}/objects/${oid}${PATHS[operation]}${below}?${query}`,
      headers,
      expiresInSeconds,
    };
  }
}
