import type { Readable } from 'node:stream';

/** Inclusive, and within the blob. */
export interface BlobRange {
  start: number;
  end: number;
}

export interface SizedBlob {
  oid: string;
  sizeBytes: number;
}

/** Where the bytes of blobs come from when many may ask at once: whatever their number, few processes and little memory. */
export interface BlobSource {
  /** @throws DomainError `unavailable` with `retryAfterSeconds` when too many ask. */
  open(blob: SizedBlob, range?: BlobRange): Promise<Readable>;
}
