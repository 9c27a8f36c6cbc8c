import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Digests, Hashing } from './hashing';

/** Hashed by the thread that brings the bytes. */
export class HashedHere implements Hashing {
  private readonly sha256 = createHash('sha256');
  private checksum = 0;

  add(bytes: Uint8Array): null {
    this.sha256.update(bytes);
    this.checksum = crc32(bytes, this.checksum);
    return null;
  }

  async finish(): Promise<Digests> {
    return { sha256: this.sha256.digest('hex'), crc32: this.checksum };
  }

  drop(): void {}
}
