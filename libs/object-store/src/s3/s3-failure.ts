import { DomainError } from '@granary/kernel';
import { S3Error } from 'minio';
import { rangeNotSatisfiable } from '../byte-range';

const ABSENT = new Set(['NoSuchKey', 'NotFound']);
const FULL = new Set(['XMinioStorageFull', 'InsufficientStorage', 'QuotaExceeded']);
const REFUSED = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch']);

/** The code of an S3 error answer, as in "Error responses" of the S3 API reference. */
export function s3Code(error: unknown): string | undefined {
  return error instanceof S3Error ? (error.code ?? 'Unknown') : undefined;
}

export function isAbsent(error: unknown): boolean {
  return ABSENT.has(s3Code(error) ?? '');
}

/** The domain's face of a failed request. An abort and what is a DomainError already pass through. */
export function s3Failure(error: unknown): unknown {
  if (error instanceof DomainError || isAbort(error)) return error;
  const code = s3Code(error) ?? '';
  if (ABSENT.has(code)) return new DomainError('not_found', 'There is no such object.', { cause: error });
  if (code === 'InvalidRange') return rangeNotSatisfiable(error);
  if (FULL.has(code)) return new DomainError('storage_full', 'The object store is full.', { cause: error });
  const message = REFUSED.has(code) ? `The object store refused the credentials (${code}).` : reason(error, code);
  return new DomainError('unavailable', message, { cause: error, retryAfterSeconds: 10 });
}

/** Whether the same request may succeed a moment later: the network's and the server's faults, not the request's. */
export function isTransient(error: unknown): boolean {
  if (error instanceof DomainError || isAbort(error)) return false;
  const code = s3Code(error);
  return code === undefined || ['InternalError', 'SlowDown', 'ServiceUnavailable', 'RequestTimeout'].includes(code);
}

function isAbort(error: unknown): boolean {
  return (Object(error) as Partial<Error>).name === 'AbortError';
}

function reason(error: unknown, code: string): string {
  return code ? `The object store failed (${code}).` : `The object store cannot be reached or failed: ${text(error)}`;
}

function text(error: unknown): string {
  const { message, code } = Object(error) as { message?: string; code?: string };
  // Node's error of a host with several addresses has a code alone.
  return message || code || 'no reason was given';
}
