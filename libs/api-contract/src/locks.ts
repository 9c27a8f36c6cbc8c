import { z } from 'zod';
import { RepositoryFrame } from './browse';
import { SimpleUser, Timestamp } from './common';

/** What makes a lock look forgotten: its owner may not write any more, no branch has the file, nothing pushed for 30 days. */
export const StaleLock = z.object({ reason: z.enum(['no_access', 'missing', 'idle']), message: z.string() });
export type StaleLock = z.infer<typeof StaleLock>;

/**
 * The lock of a file, the same that git-lfs knows. `GET|POST /api/v3/repos/:o/:r/lfs/locks`,
 * `GET|DELETE …/locks/:id`, `PUT|POST …/locks/:id/take-over`. Read: read; lock and release: write; those of others
 * (`DELETE …?force=true`, take-over): maintain.
 */
export const FileLock = z.object({
  /** Never used again. A lock that is taken over gets a new one. */
  id: z.number(),
  path: z.string(),
  owner: SimpleUser,
  /** The branch that it was taken for, `refs/heads/…`. It limits nothing: a lock holds on every branch. */
  ref: z.string().nullable(),
  locked_at: Timestamp,
  /** A hint, and no more than that; null for a lock that looks alive. */
  stale: StaleLock.nullable(),
  url: z.string(),
  /** Its file on the default branch; null where that has none. */
  html_url: z.string().nullable(),
});
export type FileLock = z.infer<typeof FileLock>;

/** `POST`: 201, or 409 with the lock that stands in the way as `details.lock`. */
export const CreateFileLock = z.strictObject({
  path: z.string().min(1),
  /** A branch, in full or short; `HEAD` is the default branch. */
  ref: z.string().nullish(),
});
export type CreateFileLock = z.infer<typeof CreateFileLock>;

const Given = z
  .string()
  .max(4096)
  .optional()
  .transform((text) => text || undefined);

/** The filters of `GET`: `path` is the whole path, `q` a part of it in any case, `owner` a login, `ref` a branch. */
export const FileLockQuery = z.object({ path: Given, q: Given, owner: Given, ref: Given });
export type FileLockQuery = z.infer<typeof FileLockQuery>;

/** `DELETE`. */
export const ReleaseFileLockQuery = z.object({
  force: z
    .enum(['true', 'false', '1', '0', ''])
    .optional()
    .transform((force) => force === 'true' || force === '1'),
});

/** `GET /api/web/repos/:o/:r/locks?q=&owner=&page=N`: 30 a page, the viewer's own first, then the latest. */
export const LocksPage = RepositoryFrame.extend({
  locks: z.array(FileLock),
  page: z.number(),
  has_next: z.boolean(),
});
export type LocksPage = z.infer<typeof LocksPage>;
