import { z } from 'zod';
import { Timestamp } from './common';

/**
 * `GET /api/v3/repos/:o/:r/audit` (its admins) and `GET /api/v3/admin/audit` (site admins, the whole hub), the latest
 * first, paged as everything else.
 */
export const AuditEntry = z.object({
  id: z.number(),
  created_at: Timestamp,
  /** `lfs_lock.force_release`, `protection.update`, … */
  action: z.string(),
  /** Names are as they were then. Null: the hub itself, or its operator. */
  actor: z.object({ id: z.number(), login: z.string() }).nullable(),
  /** How the actor was known: `session`, `password`, `token`, `ssh`, `cli`. */
  via: z.string().nullable(),
  /** Told to site admins alone; null to everybody else. */
  address: z.string().nullable(),
  repository: z.object({ id: z.number(), full_name: z.string() }).nullable(),
  /** What it happened to, in words: a path, a name, a pattern. */
  target: z.string(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

/** `action` is the beginning of an action's name: `lfs_lock`, `lfs_lock.force`. */
export const AuditQuery = z.object({
  action: z
    .string()
    .max(100)
    .regex(/^[a-z_.]*$/, 'must be the beginning of an action, as in lfs_lock or lfs_lock.create')
    .optional()
    .default(''),
});
export type AuditQuery = z.infer<typeof AuditQuery>;
