import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type BucketItemStat } from 'minio';
import { isAbsent, isTransient, s3Failure } from './s3-failure';
import { S3Transport } from './s3-transport';
import { canonicalQuery } from './uri-escape';

const ATTEMPTS = 3;
/** Of what the hub does for itself, and would have to begin again: parts, copies. Some ten seconds in all. */
export const TRANSFER_ATTEMPTS = 7;
const FIRST_PAUSE_MS = 100;

export interface S3Access {
  /** `https://host[:port]`, without a path. */
  endpoint: string;
  bucket: string;
  region: string;
  accessKey: string;
  secretKey: string;
  /** `https://host/bucket/key` instead of `https://bucket.host/key`. Default true: self-hosted stores want it. */
  pathStyle?: boolean;
  /** A request without a byte in either direction for this long has failed. Default 60 s. */
  idleTimeoutMs?: number;
}

type Call<T> = (client: Client) => Promise<T>;

/** One bucket: the client, its connections, and what every request needs around it. */
export class S3Bucket {
  readonly name: string;
  readonly region: string;
  private readonly client: Client;
  private readonly transport: S3Transport;

  constructor(access: S3Access) {
    const endpoint = new URL(access.endpoint);
    const useSSL = endpoint.protocol === 'https:';
    this.name = access.bucket;
    this.region = access.region;
    this.transport = new S3Transport(useSSL, access.idleTimeoutMs ?? 60_000);
    this.client = new Client({
      endPoint: endpoint.hostname.replace(/^\[|\]$/g, ''),
      port: endpoint.port ? Number(endpoint.port) : undefined,
      useSSL,
      accessKey: access.accessKey,
      secretKey: access.secretKey,
      region: access.region,
      pathStyle: access.pathStyle ?? true,
      transport: this.transport,
      transportAgent: this.transport.agent,
      // It would retry in its own way and print to the console.
      retryOptions: { disableRetry: true },
    });
  }

  /**
   * Runs one request that may safely be sent twice, again after a transient failure, at most `attempts` times.
   * @throws DomainError see {@link s3Failure}; an abort of `signal` as it is.
   */
  async call<T>(request: Call<T>, signal?: AbortSignal, attempts = ATTEMPTS): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        signal?.throwIfAborted();
        return await this.transport.withSignal(signal, () => request(this.client));
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (attempt >= attempts || !isTransient(error)) throw s3Failure(error);
        await sleep(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random() / 2), undefined, { signal });
      }
    }
  }

  /**
   * PUT of one buffer, whose hash S3 compares with what arrives. (minio's `putObject` copies its payload and goes on with
   * any unfinished upload of the same key, another put's too.)
   */
  async putBuffer(objectName: string, put: PutBuffer, signal?: AbortSignal): Promise<{ headers: IncomingHttpHeaders }> {
    const query = canonicalQuery(put.query ?? {});
    return this.call(
      (client) => {
        // Without TLS the client signs the body's SHA-256; with TLS it signs nothing of the body.
        const checksum = client.enableSHA256
          ? {}
          : { 'content-md5': createHash('md5').update(put.body).digest('base64') };
        const headers = { ...put.headers, ...checksum };
        return client.makeRequestAsyncOmit(
          { method: 'PUT', bucketName: this.name, objectName, query, headers },
          put.body,
        );
      },
      signal,
      TRANSFER_ATTEMPTS,
    );
  }

  /** `null` when there is no such object. */
  async head(objectName: string): Promise<BucketItemStat | null> {
    return this.call(async (client) => {
      try {
        return await client.statObject(this.name, objectName);
      } catch (error) {
        if (isAbsent(error)) return null;
        throw error;
      }
    });
  }

  close(): void {
    this.transport.close();
  }
}

export interface PutBuffer {
  body: Buffer;
  query?: Record<string, string>;
  headers?: Record<string, string>;
}
