import { z } from 'zod';
import { Commit } from './commits';
import { RepositoryRole, SimpleUser, Timestamp, Visibility } from './common';

/** GitHub's repository, as far as the hub has the thing, and a few fields of our own at the end. */
export const Repository = z.object({
  id: z.number(),
  node_id: z.string(),
  name: z.string(),
  full_name: z.string(),
  owner: SimpleUser,
  private: z.boolean(),
  visibility: Visibility,
  description: z.string().nullable(),
  html_url: z.string(),
  url: z.string(),
  clone_url: z.string(),
  ssh_url: z.string().nullable(),
  git_url: z.string(),
  default_branch: z.string(),
  fork: z.boolean(),
  archived: z.boolean(),
  disabled: z.boolean(),
  /** KiB, as GitHub counts. */
  size: z.number(),
  created_at: Timestamp,
  updated_at: Timestamp,
  pushed_at: Timestamp.nullable(),
  permissions: z.object({
    admin: z.boolean(),
    maintain: z.boolean(),
    push: z.boolean(),
    triage: z.boolean(),
    pull: z.boolean(),
  }),
  git_size_bytes: z.number(),
  lfs_size_bytes: z.number(),
  lfs_object_count: z.number(),
  /** No branch yet. */
  empty: z.boolean(),
});
export type Repository = z.infer<typeof Repository>;

/**
 * `POST /api/v3/user/repos`; fields of GitHub's that are not here are ignored, as in every body of a route of GitHub's. `private` and `visibility` may not disagree; private by default. `object_format` is ours:
 * it cannot be changed later, and only a git from 2.29 on reads SHA-256.
 */
export const CreateRepository = z.object({
  name: z.string(),
  description: z.string().max(1000).nullish(),
  private: z.boolean().optional(),
  visibility: Visibility.optional(),
  default_branch: z.string().optional(),
  auto_init: z.boolean().optional(),
  object_format: z.enum(['sha1', 'sha256']).optional(),
});
export type CreateRepository = z.infer<typeof CreateRepository>;

/** `PATCH /api/v3/repos/:o/:r`. */
export const UpdateRepository = z.object({
  name: z.string().optional(),
  description: z.string().max(1000).nullish(),
  private: z.boolean().optional(),
  visibility: Visibility.optional(),
  default_branch: z.string().optional(),
});
export type UpdateRepository = z.infer<typeof UpdateRepository>;

/** `GET /api/v3/repos/:o/:r/collaborators`; `PUT|DELETE …/collaborators/:username` (PUT body {@link SetCollaborator}). */
export const Collaborator = SimpleUser.extend({ role_name: RepositoryRole });
export type Collaborator = z.infer<typeof Collaborator>;
/** Accepts our roles and GitHub's names for them (`pull` = read, `push` = write). */
export const SetCollaborator = z.object({
  permission: z.enum(['read', 'write', 'maintain', 'admin', 'pull', 'push', 'triage']).default('write'),
});

export type SetCollaborator = z.infer<typeof SetCollaborator>;

const Permissions = z.record(z.enum(['admin', 'maintain', 'push', 'triage', 'pull']), z.boolean());
const RoleOrNone = z.union([RepositoryRole, z.literal('none')]);

/** `GET …/collaborators/:username/permission`, of any user. `permission` knows no "maintain", as GitHub's does not. */
export const CollaboratorPermission = z.object({
  permission: z.enum(['admin', 'write', 'read', 'none']),
  role_name: RoleOrNone,
  user: SimpleUser.extend({ permissions: Permissions, role_name: RoleOrNone }),
});
export type CollaboratorPermission = z.infer<typeof CollaboratorPermission>;

/** `GET /api/v3/repos/:o/:r/branches`, and `…/branches/:branch` with its `protection_url`. */
export const Branch = z.object({
  name: z.string(),
  commit: z.object({ sha: z.string(), url: z.string() }),
  /** Whether any protection matches its name. */
  protected: z.boolean(),
  /** GitHub's summary, which knows of status checks alone; what a protection asks for is behind `protection_url`. */
  protection: z.object({
    enabled: z.boolean(),
    required_status_checks: z.object({
      enforcement_level: z.literal('off'),
      contexts: z.array(z.never()),
      checks: z.array(z.never()),
    }),
  }),
  protection_url: z.string(),
});
export type Branch = z.infer<typeof Branch>;
/** `…/branches/:branch`: with the whole commit. */
export const BranchDetail = Branch.extend({
  commit: Commit,
  _links: z.object({ self: z.string(), html: z.string() }),
});
export type BranchDetail = z.infer<typeof BranchDetail>;

/** `GET /api/web/deleted-repositories`: what its owner may bring back until `purge_at`, by `POST /api/web/deleted-repositories/:id/restore`. */
export const DeletedRepository = z.object({
  id: z.number(),
  full_name: z.string(),
  deleted_at: Timestamp,
  purge_at: Timestamp,
});
export type DeletedRepository = z.infer<typeof DeletedRepository>;
