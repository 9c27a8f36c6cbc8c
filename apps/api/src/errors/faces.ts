import type { ErrorCode } from '@granary/kernel';

/** What an error looks like from outside. One row per code: a missing face does not compile. */
export interface Face {
  /** HTTP status of REST, pages and Git. */
  status: number;
}

export const FACES: Record<ErrorCode, Face> = {
  bad_request: { status: 400 },
  method_not_allowed: { status: 405 },
  unauthenticated: { status: 401 },
  forbidden: { status: 403 },
  not_found: { status: 404 },
  repository_not_found: { status: 404 },
  timed_out: { status: 408 },
  conflict: { status: 409 },
  gone: { status: 410 },
  too_large: { status: 413 },
  unsupported_media_type: { status: 415 },
  range_not_satisfiable: { status: 416 },
  precondition_failed: { status: 412 },
  invalid: { status: 422 },
  hash_mismatch: { status: 422 },
  lfs_objects_missing: { status: 409 },
  push_refused: { status: 403 },
  rate_limited: { status: 429 },
  quota_exceeded: { status: 507 },
  storage_full: { status: 507 },
  // Not the hub but one repository: monitors of the hub must not take it for a defect, nor clients for an absence.
  repository_damaged: { status: 503 },
  unavailable: { status: 503 },
  internal: { status: 500 },
};
