import type { Hook, HookDelivery, HookDeliveryDetail } from '@granary/api-contract';
import type { Delivery, DeliveryDetail, Webhook } from '@granary/forge';

const MASK = '********';

export function presentHook(hook: Webhook, repositoryUrl: string): Hook {
  const url = `${repositoryUrl}/hooks/${hook.id}`;
  return {
    type: 'Repository',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: hook.events,
    config: {
      url: hook.url,
      content_type: hook.contentType,
      insecure_ssl: '0',
      ...(hook.hasSecret ? { secret: MASK } : {}),
    },
    created_at: hook.createdAt.toISOString(),
    updated_at: hook.updatedAt.toISOString(),
    url,
    ping_url: `${url}/pings`,
    test_url: `${url}/tests`,
    deliveries_url: `${url}/deliveries`,
    last_response: {
      code: hook.lastResponse?.statusCode ?? null,
      status: hook.disabledReason ? 'disabled' : hook.lastResponse ? 'active' : 'unused',
      message: hook.disabledReason ?? hook.lastResponse?.statusText ?? null,
    },
  };
}

function statusOf(delivery: Delivery): string {
  if (delivery.state === 'delivered') return 'OK';
  if (delivery.state === 'pending') return 'pending';
  if (delivery.state === 'failed') return 'retrying';
  return delivery.statusText ?? 'failed';
}

export function presentDelivery(delivery: Delivery, repositoryId: number): HookDelivery {
  return {
    id: delivery.id,
    guid: delivery.guid,
    event: delivery.event,
    action: delivery.action,
    delivered_at: (delivery.lastAttemptAt ?? delivery.createdAt).toISOString(),
    redelivery: delivery.redelivery,
    duration: (delivery.durationMs ?? 0) / 1000,
    status: statusOf(delivery),
    status_code: delivery.statusCode ?? 0,
    attempt: delivery.attempts,
    installation_id: null,
    repository_id: repositoryId,
    throttled_at: null,
    next_attempt_at: delivery.nextAttemptAt?.toISOString() ?? null,
  };
}

export function presentDeliveryDetail(delivery: DeliveryDetail, repositoryId: number): HookDeliveryDetail {
  return {
    ...presentDelivery(delivery, repositoryId),
    url: delivery.url,
    request: { headers: delivery.requestHeaders ?? {}, payload: delivery.payload },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  };
}
