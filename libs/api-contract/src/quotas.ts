import { z } from 'zod';
import { Visibility } from './common';

/** Whole numbers that every client reads exactly. */
const Amount = z
  .int('must be a whole number')
  .min(0, 'must be 0 or more')
  .max(Number.MAX_SAFE_INTEGER, `must be ${Number.MAX_SAFE_INTEGER} or less`);

/** What a namespace may hold, public and private apart; internal repositories count as private. Null: no limit. */
export const QuotaLimits = z.object({
  git_public_bytes: Amount.nullable(),
  git_private_bytes: Amount.nullable(),
  lfs_public_bytes: Amount.nullable(),
  lfs_private_bytes: Amount.nullable(),
  public_repositories: Amount.nullable(),
  private_repositories: Amount.nullable(),
});
export type QuotaLimits = z.infer<typeof QuotaLimits>;
export type QuotaLimitName = keyof QuotaLimits;
export const QUOTA_LIMIT_NAMES = Object.keys(QuotaLimits.shape) as QuotaLimitName[];

const OwnLimit = Amount.nullable().or(z.literal('default'));

/** `PUT /api/v3/namespaces/:ns/quota` (site admins): what is left out stays, `"default"` follows the hub again. */
export const UpdateQuota = z.strictObject({
  git_public_bytes: OwnLimit.optional(),
  git_private_bytes: OwnLimit.optional(),
  lfs_public_bytes: OwnLimit.optional(),
  lfs_private_bytes: OwnLimit.optional(),
  public_repositories: OwnLimit.optional(),
  private_repositories: OwnLimit.optional(),
});
export type UpdateQuota = z.infer<typeof UpdateQuota>;

/** One measure against its limit. `deleted` is the part of `used` in deleted repositories that are not purged yet. */
export const QuotaUsage = z.object({
  limit: Amount.nullable(),
  /** Whether the limit is the hub's or the namespace's own. */
  source: z.enum(['default', 'own']),
  used: z.number(),
  deleted: z.number(),
  /** By uploads and pushes under way. */
  reserved: z.number(),
  /** 80 % of the limit or more are used. */
  warning: z.boolean(),
  /** Nothing more fits. */
  full: z.boolean(),
});
export type QuotaUsage = z.infer<typeof QuotaUsage>;

export const QuotaClass = z.object({ git: QuotaUsage, lfs: QuotaUsage, repositories: QuotaUsage });
export type QuotaClass = z.infer<typeof QuotaClass>;

export const RepositoryUsage = z.object({
  full_name: z.string(),
  visibility: Visibility,
  git_bytes: z.number(),
  lfs_bytes: z.number(),
  lfs_objects: z.number(),
  reserved_bytes: z.number(),
});
export type RepositoryUsage = z.infer<typeof RepositoryUsage>;

/** `GET /api/v3/namespaces/:ns/quota`, for its owner and site admins. */
export const NamespaceQuota = z.object({
  namespace: z.string(),
  public: QuotaClass,
  private: QuotaClass,
  /** Those that take most, at most 100; deleted ones are not among them. */
  repositories: z.array(RepositoryUsage),
  repositories_total: z.number(),
});
export type NamespaceQuota = z.infer<typeof NamespaceQuota>;

/** A directory or file of the default branch with the LFS content below it, each object counted once. */
export const LfsPathUsage = z.object({
  name: z.string(),
  path: z.string(),
  type: z.enum(['directory', 'file']),
  lfs_bytes: z.number(),
  lfs_objects: z.number(),
});
export type LfsPathUsage = z.infer<typeof LfsPathUsage>;

/** `GET /api/v3/repos/:o/:r/lfs/usage?path=…`. Read: write. */
export const LfsUsage = z.object({
  ref: z.string(),
  /** Null: the repository has no commit. */
  commit: z.string().nullable(),
  path: z.string(),
  /** Of this directory: an object that several entries hold counts once. */
  lfs_bytes: z.number(),
  lfs_objects: z.number(),
  /** The largest first, at most 100. */
  entries: z.array(LfsPathUsage),
  /** Entries beyond those. */
  entries_left_out: z.number(),
  /** Of the whole repository. `elsewhere`: in no file of the default branch, so in its history or on other refs; null below the root. */
  repository: z.object({
    lfs_bytes: z.number(),
    lfs_objects: z.number(),
    elsewhere: z.object({ lfs_bytes: z.number(), lfs_objects: z.number() }).nullable(),
  }),
  /** The tree has more files than are looked at: the numbers are what was found. */
  truncated: z.boolean(),
});
export type LfsUsage = z.infer<typeof LfsUsage>;

/** `GET /api/web/repos/:o/:r/storage`: what the repository takes, and how its class of the namespace stands. */
export const RepositoryStorage = z.object({
  repository: RepositoryUsage,
  class: z.enum(['public', 'private']),
  quota: QuotaClass,
  /** Where the whole namespace is shown to this viewer. */
  may_see_namespace: z.boolean(),
});
export type RepositoryStorage = z.infer<typeof RepositoryStorage>;
