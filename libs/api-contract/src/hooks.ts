import { z } from 'zod';
import { Timestamp } from './common';

export const HookEvent = z.enum(['push', 'create', 'delete', 'repository', 'ping', '*']);
export type HookEvent = z.infer<typeof HookEvent>;

/** GitHub's hook. The secret is write-only: `config.secret` reads as asterisks. */
export const Hook = z.object({
  type: z.literal('Repository'),
  id: z.number(),
  name: z.literal('web'),
  active: z.boolean(),
  events: z.array(z.string()),
  config: z.object({
    url: z.string(),
    content_type: z.literal('json'),
    insecure_ssl: z.literal('0'),
    secret: z.string().optional(),
  }),
  created_at: Timestamp,
  updated_at: Timestamp,
  url: z.string(),
  ping_url: z.string(),
  test_url: z.string(),
  deliveries_url: z.string(),
  last_response: z.object({ code: z.number().nullable(), status: z.string(), message: z.string().nullable() }),
});
export type Hook = z.infer<typeof Hook>;

/** `POST /api/v3/repos/:o/:r/hooks`. */
export const CreateHook = z.object({
  name: z.literal('web').optional(),
  active: z.boolean().default(true),
  events: z.array(HookEvent).min(1).default(['push']),
  config: z.object({
    url: z.string(),
    content_type: z.enum(['json', 'form']).default('json'),
    secret: z.string().max(1024).optional(),
    insecure_ssl: z.union([z.string(), z.number()]).optional(),
  }),
});
export type CreateHook = z.infer<typeof CreateHook>;
/** `PATCH …/hooks/:id`. */
export const UpdateHook = z.object({
  active: z.boolean().optional(),
  events: z.array(HookEvent).min(1).optional(),
  config: z
    .object({ url: z.string().optional(), secret: z.string().max(1024).optional() })
    .loose()
    .optional(),
});
export type UpdateHook = z.infer<typeof UpdateHook>;
/** `PATCH …/hooks/:id/config`. */
export const UpdateHookConfig = UpdateHook.shape.config.unwrap();
export type UpdateHookConfig = z.infer<typeof UpdateHookConfig>;

/** `GET …/hooks/:id/deliveries`; `guid` is the same through every try. `status` is `OK`, `pending`, `retrying` or what went wrong. */
export const HookDelivery = z.object({
  id: z.number(),
  guid: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  delivered_at: Timestamp,
  redelivery: z.boolean(),
  duration: z.number(),
  status: z.string(),
  status_code: z.number(),
  attempt: z.number(),
  installation_id: z.null(),
  repository_id: z.number(),
  throttled_at: z.null(),
  next_attempt_at: Timestamp.nullable(),
});
export type HookDelivery = z.infer<typeof HookDelivery>;
/** `GET …/deliveries/:delivery_id`; bodies are cut at 64 KiB. */
export const HookDeliveryDetail = HookDelivery.extend({
  url: z.string(),
  request: z.object({ headers: z.record(z.string(), z.string()), payload: z.unknown() }),
  response: z.object({ headers: z.record(z.string(), z.string()).nullable(), payload: z.string().nullable() }),
});
export type HookDeliveryDetail = z.infer<typeof HookDeliveryDetail>;
