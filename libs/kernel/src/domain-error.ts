/** Every way in which a request can fail. The faces (HTTP, LFS, sideband) are one table in apps/api/src/errors. */
export type ErrorCode =
  | 'bad_request'
  | 'method_not_allowed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'repository_not_found'
  | 'timed_out'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'unsupported_media_type'
  | 'range_not_satisfiable'
  | 'precondition_failed'
  | 'invalid'
  | 'hash_mismatch'
  | 'lfs_objects_missing'
  | 'push_refused'
  | 'rate_limited'
  | 'quota_exceeded'
  | 'storage_full'
  | 'repository_damaged'
  | 'unavailable'
  | 'internal';

/** One wrong field of a request, in GitHub's shape. */
export interface FieldError {
  /** What the field belongs to, where programs look for it; the REST face says `Request` otherwise. */
  resource?: string;
  field: string;
  code: 'missing' | 'missing_field' | 'invalid' | 'already_exists' | 'unprocessable' | 'custom';
  message?: string;
}

export interface DomainErrorOptions {
  /** What the reader can do next; printed behind the message where there is room. */
  hint?: string;
  fields?: FieldError[];
  /** Facts for machines, shown as they are: never secrets. */
  details?: Record<string, unknown>;
  /** Seconds until another try makes sense (`Retry-After`). */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** A failure that its user may read. Anything else that is thrown is a defect and shown as "internal error". */
export class DomainError extends Error {
  readonly hint?: string;
  readonly fields?: FieldError[];
  readonly details?: Record<string, unknown>;
  readonly retryAfterSeconds?: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    options: DomainErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DomainError';
    this.hint = options.hint;
    this.fields = options.fields;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A request whose single field `field` is wrong. */
export function invalidField(field: string, message: string, code: FieldError['code'] = 'custom'): DomainError {
  return new DomainError('invalid', message, { fields: [{ field, code, message }] });
}
