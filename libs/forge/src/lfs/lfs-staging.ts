import { concatenated, type ObjectStore } from '@granary/object-store';
import { Inject, Injectable } from '@nestjs/common';
import type { Readable } from 'node:stream';
import { OBJECT_STORE } from '../database/tokens';
import { stagingKeyOf } from './storage-keys';

/** What of an upload has arrived and nobody has verified. */
export interface StagedBody {
  /** The objects that it lies in, one behind the other. */
  keys: string[];
  sizeBytes: number;
}

/** Bodies that clients have sent and that the hub has not looked at: nothing is ever served from here. */
@Injectable()
export class LfsStaging {
  constructor(@Inject(OBJECT_STORE) private readonly store: ObjectStore) {}

  /** Null when nothing is there. */
  async find(uploadId: string): Promise<StagedBody | null> {
    const key = stagingKeyOf(uploadId);
    const whole = await this.store.stat(key);
    return whole && { keys: [key], sizeBytes: whole.sizeBytes };
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
}
