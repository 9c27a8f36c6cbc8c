import { z } from 'zod';
import { Timestamp } from './common';

export const HookEvent = z.enum(['push', 'create', 'delete', 'repository', 'ping', '*']);
export type HookEvent = z.infer<typeof HookEvent>;

/** Events of GitHub's that never happen here: a webhook may ask for them, as programs written for GitHub do. */
const EVENTS_ELSEWHERE = [
  ...['branch_protection_configuration', 'branch_protection_rule', 'check_run', 'check_suite', 'code_scanning_alert'],
  ...['commit_comment', 'custom_property', 'custom_property_values', 'dependabot_alert', 'deploy_key', 'deployment'],
  ...['deployment_protection_rule', 'deployment_review', 'deployment_status', 'discussion', 'discussion_comment'],
  ...['fork', 'github_app_authorization', 'gollum', 'installation', 'installation_repositories', 'installation_target'],
  ...['issue_comment', 'issue_dependencies', 'issues', 'label', 'marketplace_purchase', 'member', 'membership'],
  ...['merge_group', 'meta', 'milestone', 'org_block', 'organization', 'package', 'page_build', 'project'],
  ...['personal_access_token_request', 'project_card', 'project_column', 'projects_v2', 'projects_v2_item'],
  ...['projects_v2_status_update', 'public', 'pull_request', 'pull_request_review', 'pull_request_review_comment'],
  ...['pull_request_review_thread', 'registry_package', 'release', 'repository_advisory', 'repository_dispatch'],
  ...['repository_import', 'repository_ruleset', 'repository_vulnerability_alert', 'secret_scanning_alert'],
  ...['secret_scanning_alert_location', 'secret_scanning_scan', 'security_advisory', 'security_and_analysis'],
  ...['sponsorship', 'star', 'status', 'sub_issues', 'team', 'team_add', 'watch', 'workflow_dispatch'],
  ...['workflow_job', 'workflow_run'],
];
const KNOWN_EVENTS = new Set<string>([...HookEvent.options, ...EVENTS_ELSEWHERE]);

const Events = z.array(
  z.string().refine((name) => KNOWN_EVENTS.has(name), { error: 'is no event that the hub or GitHub knows' }),
);

/** How the body of a delivery is written: JSON, or a form whose field `payload` holds the JSON. */
export const HookContentType = z.enum(['json', 'form']);
export type HookContentType = z.infer<typeof HookContentType>;

/** GitHub's hook. The secret is write-only: `config.secret` reads as asterisks. */
export const Hook = z.object({
  type: z.literal('Repository'),
  id: z.number(),
  name: z.literal('web'),
  active: z.boolean(),
  events: z.array(z.string()),
  config: z.object({
    url: z.string(),
    content_type: HookContentType,
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
  events: Events.min(1).default(['push']),
  config: z.object({
    url: z.string(),
    content_type: HookContentType.default('json'),
    secret: z.string().max(1024).optional(),
    insecure_ssl: z.union([z.string(), z.number()]).optional(),
  }),
});
export type CreateHook = z.infer<typeof CreateHook>;
/** `PATCH …/hooks/:id`. `add_events` and `remove_events` change what `events`, or the webhook so far, has. */
export const UpdateHook = z.object({
  active: z.boolean().optional(),
  events: Events.min(1).optional(),
  add_events: Events.optional(),
  remove_events: Events.optional(),
  config: z
    .object({
      url: z.string().optional(),
      content_type: HookContentType.optional(),
      secret: z.string().max(1024).optional(),
      insecure_ssl: z.union([z.string(), z.number()]).optional(),
    })
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
