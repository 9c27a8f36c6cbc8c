import { z } from 'zod';
import { SimpleUser, Timestamp } from './common';

export const ProtectionKind = z.enum(['branch', 'tag']);
export type ProtectionKind = z.infer<typeof ProtectionKind>;
export const ProtectionRole = z.enum(['write', 'maintain', 'admin']);
export type ProtectionRole = z.infer<typeof ProtectionRole>;

/** Everybody with `role` or a higher one, and the users named (by login). `{role: null, users: []}` is nobody. */
export const Allowed = z.strictObject({
  role: ProtectionRole.nullable().default(null),
  users: z.array(z.string()).max(100).default([]),
});
export type Allowed = z.infer<typeof Allowed>;

/** A glob over short names: `*` stays within a part between slashes, `**` crosses them. At most 255 characters. */
const Pattern = z.string().min(1).max(255);
const NOBODY: Allowed = { role: null, users: [] };

/** `GET|POST /api/v3/repos/:o/:r/protections`, `GET|PATCH|DELETE …/protections/:id`. Read: maintain; write: admin. */
export const Protection = z.object({
  id: z.number(),
  kind: ProtectionKind,
  pattern: z.string(),
  /** Who may create and move a matching ref. */
  push: Allowed,
  /** Who of them may also move it to a commit that does not contain the old one (or replace a tag). */
  force_push: Allowed,
  delete: Allowed,
  require_linear_history: z.boolean(),
  /** False exempts admins and the owner from `push`, `force_push` and `delete`. */
  enforce_admins: z.boolean(),
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type Protection = z.infer<typeof Protection>;

/** A ref that several protections match must pass each of them. 422 `already_exists` for the same kind and pattern. */
export const CreateProtection = z.strictObject({
  kind: ProtectionKind.default('branch'),
  pattern: Pattern,
  push: Allowed.default({ role: 'maintain', users: [] }),
  force_push: Allowed.default(NOBODY),
  delete: Allowed.default(NOBODY),
  require_linear_history: z.boolean().default(false),
  enforce_admins: z.boolean().default(true),
});
export type CreateProtection = z.infer<typeof CreateProtection>;

export const UpdateProtection = z.strictObject({
  pattern: Pattern.optional(),
  push: Allowed.optional(),
  force_push: Allowed.optional(),
  delete: Allowed.optional(),
  require_linear_history: z.boolean().optional(),
  enforce_admins: z.boolean().optional(),
});
export type UpdateProtection = z.infer<typeof UpdateProtection>;

const Switch = z.object({ enabled: z.boolean() });

/** GitHub's `GET|PUT /api/v3/repos/:o/:r/branches/:branch/protection`; 404 "Branch not protected" without one of that very name. */
export const BranchProtection = z.object({
  url: z.string(),
  enforce_admins: Switch.extend({ url: z.string() }),
  required_linear_history: Switch,
  allow_force_pushes: Switch,
  allow_deletions: Switch,
  /** Absent where everybody with the role `write` may push. */
  restrictions: z
    .object({
      url: z.string(),
      users_url: z.string(),
      teams_url: z.string(),
      apps_url: z.string(),
      users: z.array(SimpleUser),
      teams: z.array(z.never()),
      apps: z.array(z.never()),
    })
    .optional(),
  block_creations: Switch,
  required_conversation_resolution: Switch,
  lock_branch: Switch,
  allow_fork_syncing: Switch,
  required_signatures: Switch.extend({ url: z.string() }),
});
export type BranchProtection = z.infer<typeof BranchProtection>;

const Off = z.literal(false).nullish();

/**
 * GitHub's body. Required status checks, reviews and the other switches do not exist here: they may only be off, so
 * that nobody believes in a protection that is not there.
 */
export const SetBranchProtection = z.object({
  required_status_checks: z.null().optional(),
  required_pull_request_reviews: z.null().optional(),
  enforce_admins: z.boolean().nullish(),
  restrictions: z
    .object({
      users: z.array(z.string()).max(100),
      teams: z.array(z.string()).max(0, 'There are no teams here').optional(),
      apps: z.array(z.string()).max(0, 'There are no apps here').optional(),
    })
    .nullish(),
  required_linear_history: z.boolean().nullish(),
  allow_force_pushes: z.boolean().nullish(),
  allow_deletions: z.boolean().nullish(),
  block_creations: Off,
  required_conversation_resolution: Off,
  lock_branch: Off,
  allow_fork_syncing: Off,
});
export type SetBranchProtection = z.infer<typeof SetBranchProtection>;
