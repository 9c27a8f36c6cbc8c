import { z } from 'zod';
import { Timestamp } from './common';

/** Where a pointer to an object was seen: the commit that a ref held after or before a push, and a path in it. */
export const LfsNaming = z.object({
  ref: z.string(),
  commit: z.string(),
  path: z.string(),
  pushed_at: Timestamp,
});
export type LfsNaming = z.infer<typeof LfsNaming>;

export const LfsCollectedObject = z.object({
  oid: z.string(),
  size_bytes: z.number(),
  linked_at: Timestamp,
  /** When somebody last linked it or pushed a pointer to it. */
  shown_at: Timestamp,
  /** Another repository has the same content: its bytes stay in the store. */
  shared: z.boolean(),
  /** Null: no push that git still knows named it. */
  last_named: LfsNaming.nullable(),
});
export type LfsCollectedObject = z.infer<typeof LfsCollectedObject>;

export const LfsCollectionReport = z.object({
  dry_run: z.boolean(),
  /** `busy`: another process works on the repository. `gone`: it was deleted. `stopped`: the process ends. */
  outcome: z.enum(['done', 'busy', 'gone', 'stopped', 'failed']),
  started_at: Timestamp,
  finished_at: Timestamp,
  grace_days: z.number(),
  undelete_days: z.number(),
  /** Objects in the repository that are old enough, and those in its trash. */
  examined: z.number(),
  /** What went into the trash, or would go. `storage_bytes` is what the hub's store gets back when it is emptied. */
  collected: z.object({ count: z.number(), bytes: z.number(), storage_bytes: z.number() }),
  /** The first hundred of them. */
  objects: z.array(LfsCollectedObject),
  /** Came back out of the trash because something names them again. */
  restored: z.number(),
  /** Left the trash for good. */
  purged: z.number(),
  error: z.string().optional(),
});
export type LfsCollectionReport = z.infer<typeof LfsCollectionReport>;

/** `GET /api/v3/repos/:o/:r/lfs/gc` (admin). */
export const LfsCollectionState = z.object({
  /** A run was asked for and has not ended yet. */
  waiting_since: Timestamp.nullable(),
  last_run: LfsCollectionReport.nullable(),
  last_dry_run: LfsCollectionReport.nullable(),
});
export type LfsCollectionState = z.infer<typeof LfsCollectionState>;

/** `POST /api/v3/repos/:o/:r/lfs/gc` (admin): 202, and the report is read later. */
export const StartLfsCollection = z.strictObject({ dry_run: z.boolean().default(false) });
export type StartLfsCollection = z.infer<typeof StartLfsCollection>;

export const LfsObjectState = z.enum(['linked', 'damaged', 'trash']);
export type LfsObjectState = z.infer<typeof LfsObjectState>;

/** One row of `GET /api/v3/repos/:o/:r/lfs/objects?state=` (read; the trash: write). */
export const LfsStoredObject = z.object({
  oid: z.string(),
  size_bytes: z.number(),
  state: LfsObjectState,
  linked_at: Timestamp,
  collected_at: Timestamp.nullable(),
  /** Until then it can be restored. */
  purge_after: Timestamp.nullable(),
  last_named: LfsNaming.nullable(),
});
export type LfsStoredObject = z.infer<typeof LfsStoredObject>;

/** `GET /api/v3/repos/:o/:r/lfs/objects/:oid` (write): who keeps it. Lists are cut at ten. */
export const LfsKeepers = LfsStoredObject.extend({
  refs: z.array(z.object({ ref: z.string(), commit: z.string(), path: z.string() })),
  pushes: z.array(LfsNaming),
  locks: z.array(z.object({ path: z.string(), owner: z.string() })),
  /** An upload of it is under way. */
  upload: z.boolean(),
  /** It is kept until then though nothing names it. */
  grace_until: Timestamp.nullable(),
  /** Other repositories that have it, as far as the asker may read them. */
  other_repositories: z.array(z.string()),
  /** All of them; null for who is no administrator of the hub. */
  other_repository_count: z.number().nullable(),
});
export type LfsKeepers = z.infer<typeof LfsKeepers>;
