import { DomainError } from '@granary/kernel';
import { S3Error } from 'minio';
import { rangeNotSatisfiable } from '../byte-range';

const ABSENT = new Set(['NoSuchKey', 'NotFound']);
const FULL = new Set(['XMinioStorageFull', 'InsufficientStorage', 'QuotaExceeded']);
/** Codes of a store that has too much to do, or fails itself. */
const TRANSIENT = new Set([
  'InternalError',
  'SlowDown',
  'SlowDownRead',
  'SlowDownWrite',
  'ServiceUnavailable',
  'RequestTimeout',
  'OperationAborted',
  'TooManyRequests',
  'XMinioServerNotInitialized',
]);
const RETRY_AFTER_SECONDS = 10;

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
  // What the store said, where it is and who the hub is there stand in the log, not in what users read.
  return new DomainError('unavailable', 'The object store is not available right now.', {
    hint: 'Try again in a few seconds.',
    cause: error,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** Whether the same request may succeed a moment later: the network's and the server's faults, not the request's. */
export function isTransient(error: unknown): boolean {
  if (error instanceof DomainError || isAbort(error)) return false;
  const code = s3Code(error);
  return code === undefined || TRANSIENT.has(code);
}

function isAbort(error: unknown): boolean {
  return (Object(error) as Partial<Error>).name === 'AbortError';
}

const REFUSED = new Set(['AccessDenied', 'InvalidAccessKeyId', 'SignatureDoesNotMatch']);

/** The same for whoever runs the hub, with what the store said. */
export function explained(error: unknown): DomainError {
  const code = s3Code(error);
  const { message, code: errno } = Object(error) as { message?: string; code?: string };
  // Node's error of a host with several addresses has a code alone.
  const reason =
    code === undefined
      ? `cannot be reached or failed: ${message || errno || 'no reason was given'}`
      : `failed (${code})`;
  const text = REFUSED.has(code ?? '') ? `refused the credentials (${code})` : reason;
  return new DomainError('unavailable', `The object store ${text}.`, {
    cause: error,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
