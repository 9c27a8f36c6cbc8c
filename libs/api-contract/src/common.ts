import { z } from 'zod';

/** Timestamps are ISO 8601 in UTC, as GitHub writes them. */
export const Timestamp = z.iso.datetime();
export const Visibility = z.enum(['public', 'internal', 'private']);
export type Visibility = z.infer<typeof Visibility>;
export const RepositoryRole = z.enum(['read', 'write', 'maintain', 'admin']);
export type RepositoryRole = z.infer<typeof RepositoryRole>;
export const TokenScope = z.enum([
  'repo:read',
  'repo:write',
  'repo:admin',
  'user',
  'keys',
  'org:admin',
  'hooks',
  'admin',
]);
export type TokenScope = z.infer<typeof TokenScope>;

/** Which part of a list is wanted; GitHub's names. What is no such number counts as left out. */
export const PageQuery = z.object({
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(100).default(30),
});

/** GitHub's error body. `hint` is ours: what to do next. */
export const ApiError = z.object({
  message: z.string(),
  hint: z.string().optional(),
  documentation_url: z.string().optional(),
  request_id: z.string().optional(),
  errors: z
    .array(
      z.object({
        resource: z.string().optional(),
        field: z.string(),
        code: z.string(),
        message: z.string().optional(),
      }),
    )
    .optional(),
});
export type ApiError = z.infer<typeof ApiError>;

export const SimpleUser = z.object({
  login: z.string(),
  id: z.number(),
  node_id: z.string(),
  avatar_url: z.string(),
  url: z.string(),
  html_url: z.string(),
  type: z.string(),
  site_admin: z.boolean(),
});
export type SimpleUser = z.infer<typeof SimpleUser>;
