import { z } from 'zod';
import { SimpleUser, Timestamp, TokenScope } from './common';

export const User = SimpleUser.extend({
  name: z.string().nullable(),
  email: z.string().nullable(),
  created_at: Timestamp,
  updated_at: Timestamp,
  public_repos: z.number(),
});
export type User = z.infer<typeof User>;

/** `PATCH /api/v3/user`. */
export const UpdateProfile = z.object({
  name: z.string().max(255).nullish(),
  email: z.email().nullish(),
});
export type UpdateProfile = z.infer<typeof UpdateProfile>;

/** `POST /api/v3/admin/users` (site admins). */
export const CreateUser = z.object({
  login: z.string(),
  email: z.email().optional(),
  name: z.string().max(255).optional(),
  password: z.string(),
  site_admin: z.boolean().optional(),
});
export type CreateUser = z.infer<typeof CreateUser>;

/** `GET|PATCH /api/v3/admin/users/:login`, and each of `GET /api/v3/admin/users` (site admins). */
export const AdminUser = User.extend({
  /** A disabled account signs in nowhere. */
  active: z.boolean(),
  /** It owns no repository, not even a deleted one that can be restored: such an account stays. */
  deletable: z.boolean(),
});
export type AdminUser = z.infer<typeof AdminUser>;

/** `PATCH /api/v3/admin/users/:login`: what is left out stays. A new password ends the account's sessions. */
export const ChangeUser = z.strictObject({
  active: z.boolean().optional(),
  site_admin: z.boolean().optional(),
  password: z.string().optional(),
});
export type ChangeUser = z.infer<typeof ChangeUser>;

/** `POST /api/web/register`, when registration is open. */
export const Register = z.strictObject({ login: z.string(), email: z.email().optional(), password: z.string() });
export type Register = z.infer<typeof Register>;

/** `POST /api/web/session`. Answers 201 {@link SessionOpened}; 401 with a text when the pair is wrong; 429 when tried too often. */
export const SignIn = z.strictObject({ login: z.string(), password: z.string() });
export type SignIn = z.infer<typeof SignIn>;
/** `token` is the value of the session cookie `cookie_name`; it is shown only here. */
export const SessionOpened = z.object({
  token: z.string(),
  cookie_name: z.string(),
  secure: z.boolean(),
  expires_at: Timestamp,
  user: User,
});
export type SessionOpened = z.infer<typeof SessionOpened>;

/** `GET /api/web/viewer`: who looks at the page, and the instance's settings that every page needs. */
export const Viewer = z.object({
  user: User.nullable(),
  registration: z.enum(['open', 'closed']),
  base_url: z.string(),
  ssh: z.object({ host: z.string(), port: z.number() }).nullable(),
  version: z.string(),
});
export type Viewer = z.infer<typeof Viewer>;

/** `GET|POST /api/v3/user/keys`, `GET|DELETE /api/v3/user/keys/:id`. */
export const SshKey = z.object({
  id: z.number(),
  title: z.string(),
  key: z.string(),
  url: z.string(),
  /** `SHA256:<base64 without padding>`, as ssh-keygen -l prints it. */
  fingerprint: z.string(),
  key_type: z.string(),
  verified: z.boolean(),
  read_only: z.boolean(),
  created_at: Timestamp,
  /** Of the token that added it; null: it never expires. */
  expires_at: Timestamp.nullable(),
  last_used: Timestamp.nullable(),
});
export type SshKey = z.infer<typeof SshKey>;
export const CreateSshKey = z.object({ title: z.string().max(255).optional(), key: z.string() });
export type CreateSshKey = z.infer<typeof CreateSshKey>;

/** `GET|POST /api/v3/user/tokens`, `DELETE /api/v3/user/tokens/:id`. */
export const AccessToken = z.object({
  id: z.number(),
  name: z.string(),
  scopes: z.array(TokenScope),
  /** The first characters, to recognise it by. */
  token_prefix: z.string(),
  /** Full names (`owner/repo`) it is limited to, or null for all. */
  repositories: z.array(z.string()).nullable(),
  expires_at: Timestamp.nullable(),
  last_used_at: Timestamp.nullable(),
  created_at: Timestamp,
});
export type AccessToken = z.infer<typeof AccessToken>;
export const CreateAccessToken = z.strictObject({
  name: z.string().min(1).max(255),
  scopes: z.array(TokenScope).min(1),
  repositories: z.array(z.string()).min(1).nullish(),
  /** Null never expires; absent means 90 days. */
  expires_at: Timestamp.nullish(),
});
export type CreateAccessToken = z.infer<typeof CreateAccessToken>;
/** `token` is the secret; it is shown only in the answer that creates it. */
export const CreatedAccessToken = AccessToken.extend({ token: z.string() });
export type CreatedAccessToken = z.infer<typeof CreatedAccessToken>;
