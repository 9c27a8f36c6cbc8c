import type { HookContentType } from '@granary/api-contract';
import type { Delivery, DeliveryState, Webhook } from './webhook';

export interface WebhookRow {
  id: number;
  repository_id: number;
  url: string;
  has_secret: boolean;
  events: string[];
  content_type: HookContentType;
  active: boolean;
  disabled_reason: string | null;
  created_at: Date;
  updated_at: Date;
  last_attempt_at: Date | null;
  last_status_code: number | null;
  last_status_text: string | null;
}

/** A webhook `w` with the outcome of its last try, and without its secret. */
export const WEBHOOK_QUERY = `
  SELECT w.id, w.repository_id, w.url, w.secret_encrypted IS NOT NULL AS has_secret, w.events, w.content_type, w.active,
         w.disabled_reason, w.created_at, w.updated_at,
         last.last_attempt_at, last.status_code AS last_status_code, last.status_text AS last_status_text
    FROM webhooks w LEFT JOIN LATERAL (
      SELECT last_attempt_at, status_code, status_text FROM webhook_deliveries d
       WHERE d.webhook_id = w.id AND d.status_text IS NOT NULL ORDER BY d.id DESC LIMIT 1) last ON true`;

export function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    repositoryId: row.repository_id,
    url: row.url,
    hasSecret: row.has_secret,
    events: row.events,
    contentType: row.content_type,
    active: row.active,
    disabledReason: row.disabled_reason,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastResponse: row.last_attempt_at && { statusCode: row.last_status_code, statusText: row.last_status_text },
  };
}

export interface DeliveryRow {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  state: DeliveryState;
  attempts: number;
  redelivery: boolean;
  created_at: Date;
  last_attempt_at: Date | null;
  next_attempt_at: Date | null;
  duration_ms: number | null;
  status_code: number | null;
  status_text: string | null;
}

/** The columns of a delivery `d` that lists show. */
export const DELIVERY_COLUMNS = `d.id, d.guid, d.event, d.action, d.state, d.attempts, d.redelivery, d.created_at,
  d.last_attempt_at, d.next_attempt_at, d.duration_ms, d.status_code, d.status_text`;

export function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    guid: row.guid,
    event: row.event,
    action: row.action,
    state: row.state,
    attempts: row.attempts,
    redelivery: row.redelivery,
    createdAt: row.created_at,
    lastAttemptAt: row.last_attempt_at,
    nextAttemptAt: row.next_attempt_at,
    durationMs: row.duration_ms,
    statusCode: row.status_code,
    statusText: row.status_text,
  };
}
