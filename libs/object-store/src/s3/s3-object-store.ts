import { createReadStream } from 'node:fs';
import { lstat, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, DomainError, MIB, systemClock } from '@granary/kernel';
import { checkByteRange } from '../byte-range';
import { concatenated } from '../concatenated';
import { measure } from '../measure/measure';
import type { Measurement } from '../measure/measurement';
import { checkObjectKey, checkObjectPrefix } from '../object-key';
import type {
  ListedObject,
  ObjectFacts,
  ObjectStore,
  PresignedPut,
  PresignGetOptions,
  PresignPutOptions,
  PutOptions,
  ReadOptions,
} from '../object-store';
import { allowOrigin } from './bucket-cors';
import { attachment } from './content-disposition';
import { presignPutUrl } from './presigned-put';
import { resumingRead } from './resuming-read';
import { S3Bucket, type S3Access } from './s3-bucket';
import { explained, isAbsent } from './s3-failure';
import { canBeParts, copyObjects, type CopySource } from './server-side-copy';
import { abortStaleUploads } from './stale-uploads';
import { Upload } from './upload';

const CHECK_TIMEOUT_MS = 5_000;
const PARALLEL_HEADS = 8;

export interface S3ObjectStoreOptions extends S3Access {
  /** Prepended to every key, so that the bucket can hold other things too. Ends with `/`. Default `granary/`. */
  keyPrefix?: string;
  /** At least 5 MiB (S3's own rule). Default 8 MiB. */
  partSizeBytes?: number;
  /** Objects above this are copied in parts of this size, at most 5 GiB. Default 256 MiB. */
  copyPartBytes?: number;
  /** Objects a list request asks for, at most 1,000, the default. */
  listPageSize?: number;
  /** Where clients reach the store, when that is another address than ours: presigned URLs are made for it. */
  publicEndpoint?: string;
  /** Tells when a presigned URL begins to be valid. */
  clock?: Clock;
}

/**
 * Objects in a bucket of any store with the S3 API. Nothing is sent before the first call.
 *
 * Memory: each running `put` holds at most two parts, 16 MiB by default, and 32 MiB when its size was not announced;
 * above 80 GiB a part is the announced size ÷ 10,000. The caller bounds how many puts run at once.
 */
export function createS3ObjectStore(options: S3ObjectStoreOptions): S3ObjectStore {
  return new S3ObjectStore(options);
}

export class S3ObjectStore implements ObjectStore {
  readonly kind = 's3';
  private readonly bucket: S3Bucket;
  /** Makes presigned URLs; sends nothing. */
  private readonly outside: S3Bucket;
  private readonly prefix: string;
  private readonly clock: Clock;

  constructor(private readonly options: S3ObjectStoreOptions) {
    this.bucket = new S3Bucket(options);
    const { publicEndpoint } = options;
    this.outside = publicEndpoint ? new S3Bucket({ ...options, endpoint: publicEndpoint }) : this.bucket;
    this.prefix = options.keyPrefix ?? 'granary/';
    this.clock = options.clock ?? systemClock;
  }

  async put(key: string, source: Readable, options: PutOptions = {}): Promise<{ sizeBytes: number }> {
    // From here on an error of the source has a listener, also when nobody reads it any more.
    source.on('error', () => undefined);
    try {
      const { sizeBytes: announcedBytes, contentType, signal } = options;
      const leastPartBytes = this.options.partSizeBytes ?? 8 * MIB;
      const upload = new Upload(this.bucket, this.name(key), { announcedBytes, contentType, signal, leastPartBytes });
      return { sizeBytes: await upload.run(source) };
    } finally {
      source.destroy();
    }
  }

  async putMeasured(key: string, source: Readable, options: PutOptions = {}): Promise<Measurement> {
    const meter = measure();
    const passing = pipeline(source, meter, { signal: options.signal });
    // A put that fails ends the passing, which tells of that end only.
    passing.catch(() => undefined);
    await this.put(key, meter, options);
    await passing;
    return meter.result();
  }

  async adopt(key: string, path: string, options: PutOptions = {}): Promise<{ sizeBytes: number }> {
    const { size } = await lstat(path);
    const source = createReadStream(path, { highWaterMark: MIB });
    const stored = await this.put(key, source, { ...options, sizeBytes: options.sizeBytes ?? size });
    await rm(path, { force: true });
    return stored;
  }

  async stat(key: string): Promise<ObjectFacts | null> {
    const stored = await this.bucket.head(this.name(key));
    return stored && { sizeBytes: stored.size, modifiedAt: stored.lastModified };
  }

  async read(key: string, { range, signal }: ReadOptions = {}): Promise<Readable> {
    const name = this.name(key);
    const { start, end } = range ? checkByteRange(range) : { start: 0, end: null };
    return resumingRead(this.bucket, name, { start, end, signal });
  }

  async move(from: string, to: string): Promise<void> {
    const [source, target] = [this.name(from), this.name(to)];
    if (source === target) return void (await this.sources([from]));
    await this.copy(await this.sources([from]), target);
    await this.delete(from);
  }

  async compose(from: readonly string[], to: string, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const target = this.name(to);
    const sources = await this.sources(from);
    if (sources.length === 1 && sources[0]?.name === target) return;
    if (sources.length > 0 && canBeParts(sources)) return this.copy(sources, target, signal);
    const sizeBytes = sources.reduce((sum, source) => sum + source.sizeBytes, 0);
    await this.put(to, concatenated(this, from, signal), { sizeBytes, signal });
  }

  async delete(key: string): Promise<void> {
    const name = this.name(key);
    await this.bucket.call(async (client) => {
      try {
        await client.removeObject(this.bucket.name, name);
      } catch (error) {
        // S3 itself answers 204, others do not.
        if (!isAbsent(error)) throw error;
      }
    });
  }

  async *list(prefix: string): AsyncGenerator<ListedObject> {
    const wanted = this.prefix + checkObjectPrefix(prefix);
    const pageSize = this.options.listPageSize ?? 1000;
    for (let after = '', more = true; more;) {
      const page = await this.bucket.call((client) =>
        client.listObjectsV2Query(this.bucket.name, wanted, '', '', pageSize, after),
      );
      for (const { name = '', size, lastModified } of page.objects) {
        yield { key: name.slice(this.prefix.length), sizeBytes: size, modifiedAt: lastModified ?? new Date(0) };
        after = name;
      }
      more = page.isTruncated && page.objects.length > 0;
    }
  }

  async presignGet(key: string, { ttlSeconds, fileName, contentType }: PresignGetOptions): Promise<string> {
    const name = this.name(key);
    const answer = {
      ...(fileName !== undefined && { 'response-content-disposition': attachment(fileName) }),
      ...(contentType !== undefined && { 'response-content-type': contentType }),
    };
    const now = this.clock.now();
    return this.outside.call((client) => client.presignedGetObject(this.bucket.name, name, ttlSeconds, answer, now));
  }

  async presignPut(key: string, options: PresignPutOptions): Promise<PresignedPut> {
    const name = this.name(key);
    // The client knows how a bucket is addressed; the signature is ours.
    const address = await this.outside.call((client) => client.presignedPutObject(this.bucket.name, name, 1));
    const { accessKey, secretKey, region } = this.options;
    const headers: Record<string, string> = {
      ...(options.contentType !== undefined && { 'content-type': options.contentType }),
      ...(options.sha256Base64 !== undefined && { 'x-amz-checksum-sha256': options.sha256Base64 }),
    };
    const length = options.sizeBytes !== undefined && { 'content-length': String(options.sizeBytes) };
    const signed = { ...headers, ...length };
    const request = {
      accessKey,
      secretKey,
      region,
      ttlSeconds: options.ttlSeconds,
      headers: signed,
      now: this.clock.now(),
    };
    return { url: presignPutUrl({ ...request, target: new URL(address) }), headers };
  }

  async sweepStale(olderThanMs: number): Promise<number> {
    return abortStaleUploads(this.bucket, this.prefix, new Date(Date.now() - olderThanMs));
  }

  async check(): Promise<void> {
    const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    const exists = await this.bucket
      .call((client) => client.bucketExists(this.bucket.name), signal)
      .catch((error: unknown) => {
        throw signal.aborted
          ? explained(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`))
          : explained(error instanceof DomainError ? error.cause : error);
      });
    if (!exists) throw new DomainError('unavailable', `The bucket ${this.bucket.name} does not exist.`);
  }

  /** Makes the bucket where it is missing; needs the right to do so. */
  async ensureBucket(): Promise<void> {
    const { name, region } = this.bucket;
    await this.bucket.call(async (client) => {
      if (!(await client.bucketExists(name))) await client.makeBucket(name, region);
    });
  }

  /**
   * Lets pages of `origin` GET and PUT by presigned URLs: adds a rule to the bucket's CORS configuration unless one of
   * its rules allows that already; rules that others made stay.
   * @throws DomainError `unavailable` when the store has no such configuration, or the keys may not change it.
   */
  async allowOrigin(origin: string): Promise<void> {
    await allowOrigin(this.bucket, origin);
  }

  async close(): Promise<void> {
    this.bucket.close();
    this.outside.close();
  }

  /** @throws DomainError `not_found` */
  private async sources(keys: readonly string[]): Promise<(CopySource & { contentType?: string })[]> {
    const sources: (CopySource & { contentType?: string })[] = [];
    const names = keys.map((key) => this.name(key));
    await Promise.all(
      Array.from({ length: PARALLEL_HEADS }, async (_, first) => {
        for (let at = first; at < names.length; at += PARALLEL_HEADS) {
          const name = names[at] ?? '';
          const stored = await this.bucket.head(name);
          if (!stored) throw new DomainError('not_found', 'There is no such object.');
          const contentType: string | undefined = stored.metaData['content-type'];
          sources[at] = { name, sizeBytes: stored.size, contentType };
        }
      }),
    );
    return sources;
  }

  private async copy(
    from: readonly (CopySource & { contentType?: string })[],
    to: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const copyPartBytes = this.options.copyPartBytes ?? 256 * MIB;
    await copyObjects(this.bucket, { from, to, contentType: from[0]?.contentType, copyPartBytes, signal });
    const copied = await this.bucket.head(to);
    const sizeBytes = from.reduce((sum, source) => sum + source.sizeBytes, 0);
    if (copied?.size !== sizeBytes) throw new DomainError('unavailable', 'The object store did not copy the object.');
  }

  private name(key: string): string {
    return this.prefix + checkObjectKey(key);
  }
}
