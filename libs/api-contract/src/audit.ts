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

/**
 * What the log is narrowed to. `action` is the beginning of an action's name: `lfs_lock`, `lfs_lock.force`. `actor` is a
 * name as it was then, `-` the hub itself. `repository` is `namespace/name`, or a namespace with all that is in it, as
 * they were called then. `since` and `until` are moments, or dates by
 * UTC, the last of which is meant whole; `before` is an entry's id: only older ones. All but
 * `action` and `before` are for the whole hub's log.
 */
export const AuditQuery = z.object({
  action: z
    .string()
    .max(100)
    .regex(/^[a-z_.]*$/, 'action must be the beginning of an action, as in lfs_lock or lfs_lock.create')
    .optional()
    .default(''),
  actor: z.string().max(100).optional().default(''),
  repository: z
    .string()
    .max(250)
    .regex(/^[^/]*(\/[^/]+)?$/, 'repository must be namespace/name, or a namespace alone')
    .optional()
    .default(''),
  since: moment('since'),
  until: moment('until'),
  before: z.coerce.number().int().positive().optional(),
});
export type AuditQuery = z.infer<typeof AuditQuery>;

const DAY_MS = 86_400_000;

function moment(name: string) {
  return z
    .string()
    .max(40)
    .optional()
    .transform((text, context) => {
      if (!text) return undefined;
      const at = new Date(text);
      const isDate = /^\d{4}-\d\d-\d\d$/.test(text);
      if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(at.getTime())) {
        return isDate && name === 'until' ? new Date(at.getTime() + DAY_MS) : at;
      }
      context.addIssue({
        code: 'custom',
        message: `${name} must be a date, as 2026-03-01, or a moment with a time zone`,
      });
      return z.NEVER;
    });
}
