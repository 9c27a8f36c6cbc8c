import type { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_STORE } from '../../database/tokens';
import type { Actor } from '../../identity/actor';
import type { OpenRepository, Repository } from '../../repositories';
import { LfsActions, type TransferAction } from './lfs-actions';
import { LfsObjectsService } from '../lfs-objects.service';
import { RESUMABLE_TTL_SECONDS } from './lfs-resumable.service';
import { LfsStaging } from './lfs-staging';
import { LfsUploadsService, type LfsUpload, type UploadClaim } from '../lfs-uploads.service';
import { openUpload } from './open-upload';
import { pieceAt, pieceBytesFor, pieceCount, pieceKeyOf, type Piece } from './pieces';

/** How many parts one answer names: enough to be busy with until the next. */
const PARTS_PER_ANSWER = 100;

export interface PlannedPart extends Piece {
  upload: TransferAction;
}

/** What is left to send of an object, and where. */
export interface PartsSession {
  sizeBytes: number;
  partBytes: number;
  partCount: number;
  /** Of parts that are there whole. */
  arrivedBytes: number;
  /** The first that are missing; none are left when it is empty. */
  missing: PlannedPart[];
  /** The address to ask at from now on. */
  next: TransferAction;
}

/**
 * Uploads of parts in any order, side by side (the agent of this project). The parts in the store are the only state, so
 * whoever comes back after a crash of either side asks what is missing. They are the pieces of a resumable upload.
 */
@Injectable()
export class LfsPartsService {
  constructor(
    readonly objects: LfsObjectsService,
    readonly uploads: LfsUploadsService,
    private readonly staging: LfsStaging,
    private readonly actions: LfsActions,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /** @throws DomainError `not_found` when the upload is over, without success. */
  async session(where: { actor: Actor; opened: OpenRepository }, claim: UploadClaim): Promise<PartsSession> {
    const { repository } = where.opened;
    const { sizeBytes } = claim;
    const facts = { sizeBytes, partBytes: pieceBytesFor(sizeBytes), partCount: pieceCount(sizeBytes) };
    const next = this.actions.session(where, claim);
    const upload = await openUpload(this, repository.id, claim);
    if (!upload) return { ...facts, arrivedBytes: sizeBytes, missing: [], next };
    await this.uploads.renew(repository.id, claim.oid, RESUMABLE_TTL_SECONDS);
    const { missing, arrivedBytes } = await this.missingOf(upload);
    const planned = missing.slice(0, PARTS_PER_ANSWER).map(async (piece) => {
      return { ...piece, upload: await this.actions.part(where, upload, piece) };
    });
    return { ...facts, arrivedBytes, missing: await Promise.all(planned), next };
  }

  /** A part that travels through the hub. @throws DomainError `not_found`, `invalid` */
  async receive(
    repository: Repository,
    claim: UploadClaim,
    { index, stream, signal }: { index: number; stream: Readable; signal: AbortSignal },
  ): Promise<void> {
    const upload = await openUpload(this, repository.id, claim);
    if (!upload) throw new DomainError('conflict', 'The object is here already.');
    const piece = pieceAt(claim.sizeBytes, index);
    if (!piece) throw new DomainError('invalid', `The object has ${pieceCount(claim.sizeBytes)} parts; this is none.`);
    await this.store.put(pieceKeyOf(upload.id, index), stream, { sizeBytes: piece.sizeBytes, signal });
  }

  private async missingOf(upload: LfsUpload): Promise<{ missing: Piece[]; arrivedBytes: number }> {
    const arrived = await this.staging.pieces(upload);
    const missing: Piece[] = [];
    let arrivedBytes = 0;
    for (let index = 0, piece = pieceAt(upload.sizeBytes, 0); piece; piece = pieceAt(upload.sizeBytes, ++index)) {
      if (arrived.get(index) === piece.sizeBytes) arrivedBytes += piece.sizeBytes;
      else missing.push(piece);
    }
    return { missing, arrivedBytes };
  }
}
