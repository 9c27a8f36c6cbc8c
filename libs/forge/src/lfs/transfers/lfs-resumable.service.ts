import { addAbortSignal, PassThrough, type Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_STORE } from '../../database/tokens';
import type { Repository } from '../../repositories';
import { LfsObjectsService } from '../lfs-objects.service';
import { LfsStaging } from './lfs-staging';
import { LfsUploadsService, type LfsUpload, type UploadClaim } from '../lfs-uploads.service';
import { LfsVerificationsService } from './lfs-verifications.service';
import { openUpload } from './open-upload';
import { contiguousBytes, pieceAt, pieceBytesFor, pieceKeyOf, type Piece } from './pieces';
import { UploadTurns } from './upload-turns';

/** A client that got so far comes back: tomorrow, after a night without a network. */
export const RESUMABLE_TTL_SECONDS = 86_400;

/**
 * Uploads that go on where they stopped (tus.io, core protocol). Bytes are cut into pieces, each durable when it ends,
 * and so is the beginning of one when the client leaves: the pieces in the store are the only state.
 */
@Injectable()
export class LfsResumableService {
  private readonly turns = new UploadTurns();

  constructor(
    readonly objects: LfsObjectsService,
    readonly uploads: LfsUploadsService,
    private readonly staging: LfsStaging,
    private readonly verifications: LfsVerificationsService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
  ) {}

  /**
   * How many bytes are kept. All of them only when the object is verified and linked: a client that hears so asks no more.
   * @throws DomainError `not_found`, `rate_limited` while the object is being checked.
   */
  async offset(repository: Repository, claim: UploadClaim): Promise<number> {
    const upload = await openUpload(this, repository.id, claim);
    if (!upload) return claim.sizeBytes;
    const offsetBytes = await this.turns.run(upload.id, () => this.arrived(upload));
    if (offsetBytes < claim.sizeBytes) return offsetBytes;
    await this.verifications.finish(repository, upload);
    return claim.sizeBytes;
  }

  /**
   * Takes bytes from `offsetBytes` on; whoever else writes this upload is interrupted.
   * @returns how many bytes are kept now.
   * @throws DomainError `conflict` when the offset is another, `invalid` for bytes behind the end.
   */
  async receive(
    repository: Repository,
    claim: UploadClaim,
    { offsetBytes, stream }: { offsetBytes: number; stream: Readable },
  ): Promise<number> {
    const upload = await openUpload(this, repository.id, claim);
    if (!upload) throw new DomainError('conflict', 'The object is here already.');
    return this.turns.run(upload.id, async (interrupted) => {
      const keptBytes = await this.arrived(upload);
      if (keptBytes !== offsetBytes) {
        throw new DomainError('conflict', `The upload stands at ${keptBytes} bytes, not at ${offsetBytes}.`);
      }
      const renew = () => this.uploads.renew(repository.id, claim.oid, RESUMABLE_TTL_SECONDS);
      return this.cut(upload, offsetBytes, { stream: addAbortSignal(interrupted, stream), renew });
    });
  }

  private async arrived(upload: LfsUpload): Promise<number> {
    return contiguousBytes(upload.sizeBytes, await this.staging.pieces(upload));
  }

  private async cut(
    upload: LfsUpload,
    startBytes: number,
    { stream, renew }: { stream: Readable; renew: () => Promise<void> },
  ): Promise<number> {
    let open: OpenPiece | null = null;
    let offsetBytes = startBytes;
    try {
      // Its owner still has to answer on its connection.
      for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        for (let at = 0; at < chunk.length;) {
          if (!open) {
            await renew();
            open = await this.openPiece(upload, offsetBytes);
          }
          const taken = chunk.subarray(at, at + open.restBytes);
          await open.write(taken);
          at += taken.length;
          offsetBytes += taken.length;
          if (open.restBytes > 0) continue;
          const full: OpenPiece = open;
          open = null;
          await full.end();
        }
      }
    } finally {
      // Also when the client has left in the middle: what has come so far is kept.
      await open?.end();
    }
    return offsetBytes;
  }

  private async openPiece(upload: LfsUpload, offsetBytes: number): Promise<OpenPiece> {
    const index = Math.floor(offsetBytes / pieceBytesFor(upload.sizeBytes));
    const piece = offsetBytes < upload.sizeBytes ? pieceAt(upload.sizeBytes, index) : null;
    if (!piece) throw new DomainError('invalid', `The object has ${upload.sizeBytes} bytes; more have come.`);
    const key = pieceKeyOf(upload.id, index);
    const keptBytes = offsetBytes - piece.offsetBytes;
    const kept = keptBytes === 0 ? null : await this.store.read(key, { range: { start: 0, end: keptBytes - 1 } });
    const body = new PassThrough();
    const stored = this.store.put(key, body);
    const open = new OpenPiece(piece, body, stored);
    for await (const chunk of (kept ?? []) as AsyncIterable<Buffer>) await open.write(chunk);
    return open;
  }
}

/** A piece on its way into the store. */
class OpenPiece {
  restBytes: number;

  constructor(
    piece: Piece,
    private readonly body: PassThrough,
    private readonly stored: Promise<unknown>,
  ) {
    this.restBytes = piece.sizeBytes;
    stored.catch(() => body.destroy());
  }

  /** Waits until there is room for more. */
  async write(bytes: Buffer): Promise<void> {
    this.restBytes -= bytes.length;
    const written = new Promise<void>((resolve, reject) => {
      this.body.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    written.catch(() => undefined);
    await Promise.race([written, this.stored]);
  }

  /** Resolves when everything written is durable. */
  async end(): Promise<void> {
    this.body.end();
    await this.stored;
  }
}
