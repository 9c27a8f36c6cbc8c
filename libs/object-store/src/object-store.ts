import type { Readable } from 'node:stream';
import type { Measurement } from './measure/measurement';

export interface ObjectFacts {
  sizeBytes: number;
  modifiedAt: Date;
}

export interface ListedObject extends ObjectFacts {
  key: string;
}

/** Byte offsets of RFC 9110, section 14.1.2: both ends are inclusive; an `end` behind the object means its last byte. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface PutOptions {
  /** The announced size. A body that differs is refused with `invalid` and leaves nothing. */
  sizeBytes?: number;
  signal?: AbortSignal;
  /** Stored where the store can (S3); the file system keeps none. */
  contentType?: string;
}

export interface ReadOptions {
  range?: ByteRange;
  signal?: AbortSignal;
}

export interface PresignGetOptions {
  ttlSeconds: number;
  /** Name for `Content-Disposition: attachment`. */
  fileName?: string;
  contentType?: string;
}

export interface PresignPutOptions {
  ttlSeconds: number;
  /** Signed as `Content-Length`: a body of another size is answered with 403. */
  sizeBytes?: number;
  /** Signed as `x-amz-checksum-sha256`. Not every store compares it with the body: verify before you acknowledge. */
  sha256Base64?: string;
  contentType?: string;
}

export interface PresignedPut {
  url: string;
  /** The client must send these as they are, besides `Content-Length`. */
  headers: Record<string, string>;
}

/**
 * Bytes by key. Keys are checked by {@link checkObjectKey}; one key must never be the folder of another
 * (`a` beside `a/b`), because a file system cannot hold both.
 *
 * Every method throws `DomainError('storage_full')` when the medium is full and `DomainError('unavailable')`, with the
 * cause, when it fails otherwise. An error of a caller's own stream or signal is passed on as it is.
 */
export interface ObjectStore {
  readonly kind: 'fs' | 's3';

  /**
   * Streams `source` to `key`, replacing what was there. Takes `source` over: it is destroyed on failure.
   * Nothing is visible before the whole body was written durably; an abort or an error leaves nothing.
   */
  put(key: string, source: Readable, options?: PutOptions): Promise<{ sizeBytes: number }>;

  /** As `put`, and hashes the body in the same pass. */
  putMeasured(key: string, source: Readable, options?: PutOptions): Promise<Measurement>;

  /**
   * Makes the finished file at `path`, which belongs to the caller, the object `key`, replacing what was there: by a
   * rename where store and file share a file system, so that a large file is not written twice. The file is gone
   * afterwards; on failure it stays. Who has it open may go on reading.
   */
  adopt(key: string, path: string, options?: PutOptions): Promise<{ sizeBytes: number }>;

  /** `null` when there is no such object. */
  stat(key: string): Promise<ObjectFacts | null>;

  /**
   * The caller owns the stream and must end or destroy it.
   * @throws DomainError `not_found` or `range_not_satisfiable`, both before the first byte.
   */
  read(key: string, options?: ReadOptions): Promise<Readable>;

  /**
   * Renames within the store, replacing `to` at once: a reader sees the old or the new object, never a mixture.
   * @throws DomainError `not_found` when there is no `from`.
   */
  move(from: string, to: string): Promise<void>;

  /**
   * Makes `to` of the objects `from`, one behind the other, and leaves them where they are: one makes a copy. `to`
   * appears at once, whole, and never changes with `from`. On S3 the bytes stay in the store when every part but the
   * last has 5 MiB or more (the most parts: 10,000); smaller ones pass through this process.
   * @throws DomainError `not_found` when one of `from` is absent; `to` is then as it was.
   */
  compose(from: readonly string[], to: string, options?: { signal?: AbortSignal }): Promise<void>;

  /** An absent object is fine. */
  delete(key: string): Promise<void>;

  /** Every object whose key starts with `prefix` (`''` for all), in byte order. */
  list(prefix: string): AsyncIterable<ListedObject>;

  /** A URL that any HTTP client can GET until it expires; `null` on a store that has none. */
  presignGet(key: string, options: PresignGetOptions): Promise<string | null>;

  /** A URL that any HTTP client can PUT to until it expires; `null` on a store that has none. */
  presignPut(key: string, options: PresignPutOptions): Promise<PresignedPut | null>;

  /** Removes what crashed puts left that is older than `olderThanMs`. @returns how many were removed. */
  sweepStale(olderThanMs: number): Promise<number>;

  /** Readiness: resolves when the store can be used, within seconds. */
  check(): Promise<void>;

  close(): Promise<void>;
}
