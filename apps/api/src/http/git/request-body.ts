import { pipeline, Transform, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DomainError } from '@granary/kernel';
import type { Request } from 'express';

function bounded(maxBytes: number): Transform {
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length;
      if (seen <= maxBytes) return done(null, chunk);
      done(new DomainError('too_large', `The request is larger than ${maxBytes} bytes after decompression.`));
    },
  });
}

/**
 * What is wrong with a body that broke off with `error`, for whoever sent it.
 * @returns null where nobody is there any more to be told.
 */
export function bodyFault(error: NodeJS.ErrnoException): DomainError | null {
  if (error instanceof DomainError) return error;
  // zlib's own errors: Z_DATA_ERROR, Z_BUF_ERROR (it ends too early), …
  return error.code?.startsWith('Z_')
    ? new DomainError('bad_request', 'The request body is not valid gzip data.')
    : null;
}

/**
 * The body of a Git request, inflated where it came gzipped.
 * @param maxBytes bound of the *inflated* size; a few kilobytes of gzip can stand for gigabytes.
 */
export function gitRequestBody(request: Request, maxBytes?: number): Readable {
  const encoding = request.headers['content-encoding'];
  const gzipped = encoding === 'gzip' || encoding === 'x-gzip';
  if (encoding !== undefined && encoding !== 'identity' && !gzipped) {
    throw new DomainError('unsupported_media_type', 'Only gzip is accepted as Content-Encoding.');
  }
  const stages = [...(gzipped ? [createGunzip()] : []), ...(maxBytes === undefined ? [] : [bounded(maxBytes)])];
  let body: Readable = request;
  for (const stage of stages) body = pipeline(body, stage, () => undefined);
  return body;
}
