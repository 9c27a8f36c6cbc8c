import type { Readable } from 'node:stream';
import { concatenated, type ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import { OBJECT_STORE } from '../../database/tokens';
import type { LfsUpload } from '../lfs-uploads.service';
import { contiguousBytes, pieceKeyPrefix } from './pieces';
import { stagingKeyOf } from '../storage-keys';

/** What of an upload has arrived and nobody has verified. */
export interface StagedBody {
  /** The objects that it lies in, one behind the other. */
  keys: string[];
  sizeBytes: number;
  /** One that came in pieces goes on where it stopped; any other is whole or wrong. */
  inPieces: boolean;
}

/** Bodies that clients have sent and that the hub has not looked at: nothing is ever served from here. */
@Injectable()
export class LfsStaging {
  constructor(@Inject(OBJECT_STORE) private readonly store: ObjectStore) {}

  /** Null when nothing is there. */
  async find(upload: LfsUpload): Promise<StagedBody | null> {
    const key = stagingKeyOf(upload.id);
    const whole = await this.store.stat(key);
    if (whole?.sizeBytes === upload.sizeBytes) return { keys: [key], sizeBytes: whole.sizeBytes, inPieces: false };
    const pieces = await this.listPieces(upload.id);
    if (pieces.length > 0) {
      const sizes = new Map(pieces.map(({ index, sizeBytes }) => [index, sizeBytes]));
      const keys = pieces.map((piece) => piece.key);
      return { keys, sizeBytes: contiguousBytes(upload.sizeBytes, sizes), inPieces: true };
    }
    return whole && { keys: [key], sizeBytes: whole.sizeBytes, inPieces: false };
  }

  /** The sizes of the pieces that are there, by index. */
  async pieces({ id }: LfsUpload): Promise<Map<number, number>> {
    return new Map((await this.listPieces(id)).map(({ index, sizeBytes }) => [index, sizeBytes]));
  }

  read(body: StagedBody, signal?: AbortSignal): Readable {
    return concatenated(this.store, body.keys, signal);
  }

  /** Copies what lies there now to where no client can write. */
  copy(body: StagedBody, storageKey: string, signal?: AbortSignal): Promise<void> {
    return this.store.compose(body.keys, storageKey, { signal });
  }

  /** Never throws: what stays is swept. */
  async discard(body: StagedBody): Promise<void> {
    for (const key of body.keys) await this.store.delete(key).catch(() => undefined);
  }

  private async listPieces(uploadId: string): Promise<{ index: number; key: string; sizeBytes: number }[]> {
    const prefix = pieceKeyPrefix(uploadId);
    const pieces: { index: number; key: string; sizeBytes: number }[] = [];
    for await (const { key, sizeBytes } of this.store.list(prefix)) {
      pieces.push({ index: Number(key.slice(prefix.length)), key, sizeBytes });
    }
    return pieces;
  }
}
