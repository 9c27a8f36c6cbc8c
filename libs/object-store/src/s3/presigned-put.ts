import { createHash, createHmac } from 'node:crypto';
import { canonicalQuery } from './uri-escape';

export interface PresignedPutRequest {
  /** Scheme, host and path of the object. */
  target: URL;
  accessKey: string;
  secretKey: string;
  region: string;
  ttlSeconds: number;
  /** Headers that the client must send with these values. Lower-case names. */
  headers: Record<string, string>;
  now: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * A PUT URL whose signature covers headers too, so that the announced size and checksum cannot be changed; the minio
 * client signs the host alone.
 *
 * @see "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", S3 API reference.
 */
export function presignPutUrl(request: PresignedPutRequest): string {
  const { target, region } = request;
  const time = request.now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const headers = Object.entries({ ...request.headers, host: target.host }).sort(([a], [b]) => (a < b ? -1 : 1));
  const signedHeaders = headers.map(([name]) => name).join(';');
  const query = canonicalQuery({
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${request.accessKey}/${scope}`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(request.ttlSeconds),
    'X-Amz-SignedHeaders': signedHeaders,
  });
  const headerLines = headers.map(([name, value]) => `${name}:${value.trim()}\n`).join('');
  const canonical = ['PUT', target.pathname, query, headerLines, signedHeaders, 'UNSIGNED-PAYLOAD'].join('\n');
  const toSign = [ALGORITHM, time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const signature = hmac(signingKey(request.secretKey, scope), toSign).toString('hex');
  return `${target.origin}${target.pathname}?${query}&X-Amz-Signature=${signature}`;
}

/** The key of a day, a region and a service: one HMAC for each part of the scope. */
function signingKey(secretKey: string, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretKey}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
