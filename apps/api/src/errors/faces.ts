import type { ErrorCode } from '@granary/kernel';

/** What an error looks like from outside. One row per code: a missing face does not compile. */
export interface Face {
  /** Of HTTP on every surface, and of Git LFS over SSH. */
  status: number;
  /** What Git and Git LFS answer instead where nobody has proven who they are: their clients then ask for credentials. */
  strangerStatus?: number;
  /** For docs/errors.md. */
  means: string;
}

export const FACES: Record<ErrorCode, Face> = {
  bad_request: { status: 400, means: 'The request cannot be read as what it should be.' },
  method_not_allowed: { status: 405, means: 'The address exists, and takes other methods.' },
  unauthenticated: { status: 401, means: 'Credentials are missing, wrong or expired.' },
  forbidden: { status: 403, means: 'It is known who asks, and they may not do this.' },
  not_found: { status: 404, means: 'There is nothing of that name, or the one who asks may not know of it.' },
  repository_not_found: {
    status: 404,
    strangerStatus: 401,
    means: 'There is no such repository, or the one who asks may not know of it.',
  },
  timed_out: { status: 408, means: 'The request did not arrive in time.' },
  conflict: {
    status: 409,
    means: 'It does not go together with what is there now: a name is taken, a file is locked.',
  },
  gone: { status: 410, means: 'It was here and does not come back.' },
  too_large: { status: 413, means: 'A limit on the size of a request, file or list is passed.' },
  unsupported_media_type: { status: 415, means: 'The body is of a type that is not read here.' },
  range_not_satisfiable: { status: 416, means: 'The range lies outside the content.' },
  precondition_failed: { status: 412, means: 'What the request was made for has changed meanwhile.' },
  invalid: { status: 422, means: 'The request is readable, and a field of it is wrong.' },
  hash_mismatch: { status: 422, means: 'The bytes that came are not those that were announced.' },
  lfs_objects_missing: { status: 409, means: 'LFS objects are needed that this repository does not have.' },
  push_refused: { status: 403, means: 'A rule, a protection or a lock stands against the push.' },
  rate_limited: { status: 429, means: 'Too many tries; `Retry-After` says when the next makes sense.' },
  quota_exceeded: { status: 507, means: 'The namespace has no room left.' },
  storage_full: { status: 507, means: 'The disk or the bucket of the hub is full.' },
  // Not the hub but one repository: monitors of the hub must not take it for a defect, nor clients for an absence.
  repository_damaged: { status: 503, means: 'Files of this repository are damaged; others are not affected.' },
  unavailable: { status: 503, means: 'The hub, or what it stands on, cannot do it now; another try may succeed.' },
  internal: { status: 500, means: 'A defect. The log has the reason under the id of the request.' },
};
