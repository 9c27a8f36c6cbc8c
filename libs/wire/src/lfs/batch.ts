import { z } from 'zod';

/**
 * An object as a client names it. A wrong oid or size is not refused here: it fails that object alone, with 422,
 * and the rest of the batch still transfers.
 */
export const LfsObject = z.object({ oid: z.string(), size: z.number() });
export type LfsObject = z.infer<typeof LfsObject>;

/** The ref that a request is about. Clients before 2.4 send none, some send null or an empty name. */
export const LfsRef = z.object({ name: z.string().optional() }).nullish();
export type LfsRef = z.infer<typeof LfsRef>;

/** `POST /objects/batch` (git-lfs: docs/api/batch.md, "Requests"). */
export const LfsBatchRequest = z.object({
  operation: z.enum(['download', 'upload']),
  /** Absent means `["basic"]`. */
  transfers: z.array(z.string()).optional(),
  ref: LfsRef,
  objects: z.array(LfsObject),
  /** Absent means `sha256`. Any other is refused with 409 by who decides, not here with 422. */
  hash_algo: z.string().optional(),
});
export type LfsBatchRequest = z.infer<typeof LfsBatchRequest>;

export const LfsAction = z.object({
  href: z.string(),
  header: z.record(z.string(), z.string()).optional(),
  /** Seconds. */
  expires_in: z.int().min(-2147483647).max(2147483647).optional(),
  /** RFC 3339 in UTC, to the second. Clients prefer `expires_in`. */
  expires_at: z.string().optional(),
});
export type LfsAction = z.infer<typeof LfsAction>;

/** One object of an answer: what to do next, nothing to do (no `actions`), or what is wrong with it alone. */
export const LfsBatchObject = z.object({
  oid: z.string(),
  size: z.number(),
  authenticated: z.boolean().optional(),
  actions: z
    .object({ download: LfsAction.optional(), upload: LfsAction.optional(), verify: LfsAction.optional() })
    .optional(),
  error: z.object({ code: z.int(), message: z.string() }).optional(),
});
export type LfsBatchObject = z.infer<typeof LfsBatchObject>;

/** "Successful Responses". */
export const LfsBatchResponse = z.object({
  transfer: z.string().optional(),
  objects: z.array(LfsBatchObject),
  hash_algo: z.string().optional(),
});
export type LfsBatchResponse = z.infer<typeof LfsBatchResponse>;

/** The body that a client posts to a `verify` action (docs/api/basic-transfers.md, "Verification"). */
export const LfsVerifyRequest = LfsObject;
export type LfsVerifyRequest = z.infer<typeof LfsVerifyRequest>;

/** Trouble with a whole request: there is no `objects` then ("Response Errors"). */
export const LfsError = z.object({
  message: z.string(),
  documentation_url: z.string().optional(),
  request_id: z.string().optional(),
});
export type LfsError = z.infer<typeof LfsError>;
