import { s3Code } from './s3-failure';
import { TRANSFER_ATTEMPTS, type PutBuffer, type S3Bucket } from './s3-bucket';
import { uriEscape } from './uri-escape';

export interface CopyPart {
  number: number;
  /** `/bucket/key` of the source. */
  source: string;
  /** Inclusive. */
  firstByte: number;
  lastByte: number;
}

/** One multipart upload (S3 API reference, CreateMultipartUpload): nothing of it is visible until it is completed. */
export class MultipartUpload {
  private readonly etags = new Map<number, string | undefined>();

  private constructor(
    private readonly bucket: S3Bucket,
    private readonly objectName: string,
    private readonly uploadId: string,
  ) {}

  static async start(bucket: S3Bucket, objectName: string, headers: Record<string, string>): Promise<MultipartUpload> {
    const uploadId = await bucket.call((client) => client.initiateNewMultipartUpload(bucket.name, objectName, headers));
    return new MultipartUpload(bucket, objectName, uploadId);
  }

  async send(number: number, body: PutBuffer['body'], signal?: AbortSignal): Promise<void> {
    const query = { partNumber: String(number), uploadId: this.uploadId };
    const { headers } = await this.bucket.putBuffer(this.objectName, { body, query }, signal);
    this.etags.set(number, headers.etag?.replace(/^"|"$/g, ''));
  }

  /** UploadPartCopy: the bytes never leave the store. */
  async copy(part: CopyPart): Promise<void> {
    const request = {
      bucketName: this.bucket.name,
      objectName: this.objectName,
      // The client puts it into the query as it is.
      uploadID: uriEscape(this.uploadId),
      partNumber: part.number,
      headers: {
        'x-amz-copy-source': part.source,
        'x-amz-copy-source-range': `bytes=${part.firstByte}-${part.lastByte}`,
      },
    };
    const { etag } = await this.bucket.call(
      (client) => client.uploadPart({ ...request, headers: { ...request.headers } }),
      undefined,
      TRANSFER_ATTEMPTS,
    );
    this.etags.set(part.number, etag);
  }

  /** Makes the object visible. The caller must still look whether it is there: see the comment inside. */
  async complete(): Promise<void> {
    const parts = [...this.etags].sort(([a], [b]) => a - b).map(([part, etag]) => ({ part, etag }));
    const { name } = this.bucket;
    await this.bucket.call(
      async (client) => {
        try {
          await client.completeMultipartUpload(name, this.objectName, this.uploadId, parts);
        } catch (error) {
          // Also the answer to a second try after the first one's answer was lost on the way.
          if (s3Code(error) !== 'NoSuchUpload') throw error;
        }
      },
      undefined,
      TRANSFER_ATTEMPTS,
    );
  }

  /** Frees the parts. Never throws: what stays is found by the sweep. */
  async abort(): Promise<void> {
    const { name } = this.bucket;
    const uploadId = uriEscape(this.uploadId);
    await this.bucket
      .call((client) => client.abortMultipartUpload(name, this.objectName, uploadId))
      .catch(() => undefined);
  }
}
