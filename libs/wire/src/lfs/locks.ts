import { z } from 'zod';
import { LfsError, LfsRef } from './batch';

/** A lock (git-lfs: docs/api/locking.md). */
export const LfsLock = z.object({
  id: z.string(),
  /** From the root of the repository, without a leading slash. */
  path: z.string(),
  /** ISO 8601. */
  locked_at: z.string(),
  owner: z.object({ name: z.string() }).optional(),
});
export type LfsLock = z.infer<typeof LfsLock>;

/** `POST /locks`. */
export const LfsCreateLockRequest = z.object({ path: z.string().min(1), ref: LfsRef });
export type LfsCreateLockRequest = z.infer<typeof LfsCreateLockRequest>;
/** The answer of 201. */
export const LfsLockResponse = z.object({ lock: LfsLock });
export type LfsLockResponse = z.infer<typeof LfsLockResponse>;
/** The answer of 409: the lock that stands in the way. */
export const LfsLockConflict = LfsError.extend({ lock: LfsLock });
export type LfsLockConflict = z.infer<typeof LfsLockConflict>;

// Clients send "limit": 0 and "cursor": "" for "not set", and leave query parameters empty.
const Cursor = z
  .string()
  .optional()
  .transform((cursor) => cursor || undefined);
const Limit = z
  .int()
  .min(0)
  .optional()
  .transform((limit) => limit || undefined);

/** The query of `GET /locks`; an empty parameter counts as absent. */
export const LfsLockListQuery = z.object({
  path: Cursor,
  id: Cursor,
  cursor: Cursor,
  limit: z
    .string()
    .regex(/^\d{0,9}$/, 'must be a whole number')
    .optional()
    .transform((limit) => Number(limit) || undefined),
  refspec: Cursor,
});
export type LfsLockListQuery = z.infer<typeof LfsLockListQuery>;
export const LfsLockList = z.object({ locks: z.array(LfsLock), next_cursor: z.string().optional() });
export type LfsLockList = z.infer<typeof LfsLockList>;

/** `POST /locks/verify`. */
export const LfsVerifyLocksRequest = z.object({ ref: LfsRef, cursor: Cursor, limit: Limit });
export type LfsVerifyLocksRequest = z.infer<typeof LfsVerifyLocksRequest>;
export const LfsVerifiedLocks = z.object({
  ours: z.array(LfsLock),
  theirs: z.array(LfsLock),
  next_cursor: z.string().optional(),
});
export type LfsVerifiedLocks = z.infer<typeof LfsVerifiedLocks>;

/** `POST /locks/:id/unlock`; the answer is {@link LfsLockResponse}. */
export const LfsUnlockRequest = z.object({ force: z.boolean().optional().default(false), ref: LfsRef });
export type LfsUnlockRequest = z.infer<typeof LfsUnlockRequest>;
