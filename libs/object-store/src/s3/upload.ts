import { addAbortSignal, type Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import { BodySize } from '../body-size';
import { MultipartUpload } from './multipart-upload';
import { partSizeFor, readParts } from './part-reader';
import type { S3Bucket } from './s3-bucket';

export interface UploadOptions {
  announcedBytes?: number;
  contentType?: string;
  signal?: AbortSignal;
  leastPartBytes: number;
}

/**
 * Sends one body, in one request when it fits a part and as a multipart upload otherwise. One part is sent while the
 * next one fills, so an upload holds two parts in memory at most, and one when the announced size fits a part.
 */
export class Upload {
  private readonly size: BodySize;
  private readonly headers: Record<string, string>;
  private multipart?: MultipartUpload;
  private sending: Promise<void> = Promise.resolve();

  constructor(
    private readonly bucket: S3Bucket,
    private readonly objectName: string,
    private readonly options: UploadOptions,
  ) {
    this.size = new BodySize(options.announcedBytes);
    this.headers = { 'Content-Type': options.contentType ?? 'application/octet-stream' };
  }

  /** @returns the size in bytes. */
  async run(source: Readable): Promise<number> {
    const { signal } = this.options;
    signal?.throwIfAborted();
    if (signal) addAbortSignal(signal, source);
    try {
      await this.send(source);
      return this.size.sizeBytes;
    } catch (error) {
      await Promise.allSettled([this.sending]);
      await this.multipart?.abort();
      throw error;
    }
  }

  private async send(source: Readable): Promise<void> {
    const { announcedBytes, leastPartBytes, signal } = this.options;
    const partBytes = Math.min(partSizeFor(announcedBytes, leastPartBytes), announcedBytes ?? Infinity);
    for await (const { number, body, last } of readParts(source, partBytes, this.size)) {
      await this.sending;
      if (last && !this.multipart) {
        await this.bucket.putBuffer(this.objectName, { body, headers: this.headers }, signal);
        return;
      }
      this.multipart ??= await MultipartUpload.start(this.bucket, this.objectName, this.headers);
      this.sending = this.multipart.send(number, body, signal);
      // Otherwise a source that pauses would hide the failure.
      this.sending.catch((error: Error) => source.destroy(error));
    }
    await this.sending;
    await this.complete();
  }

  private async complete(): Promise<void> {
    this.options.signal?.throwIfAborted();
    await this.multipart?.complete();
    const { name } = this.bucket;
    const stored = await this.bucket.head(this.objectName);
    if (stored?.size === this.size.sizeBytes) return;
    await this.bucket.call((client) => client.removeObject(name, this.objectName));
    throw new DomainError('unavailable', 'The object store did not keep the whole body.');
  }
}
