import type { CreateHook, HookContentType, UpdateHook } from '@granary/api-contract';
import { invalidField } from '@granary/kernel';
import { OutboundError, type OutboundHttp } from '../outbound';
import { isUsableSecret } from './signature';

/** What a reader of GitHub's API sends back when it changes something else: the mask, not a secret. */
const MASKED = /^\*+$/;

/** A change of a webhook's row. An absent field stays as it is; a null secret is removed. */
export interface WebhookChange {
  url?: string;
  secret?: string | null;
  events?: string[];
  contentType?: HookContentType;
  active?: boolean;
}

/** @throws DomainError `invalid` naming the field of `config` that is wrong. */
export function checkCreation({ config, events, active }: CreateHook, outbound: OutboundHttp): Required<WebhookChange> {
  checkConfig(config, outbound);
  const { url, content_type: contentType } = config;
  return { url, secret: config.secret || null, events: [...new Set(events)], active, contentType };
}

/** @param former the events so far. @throws as {@link checkCreation}. */
export function checkUpdate(
  { config, active, ...change }: UpdateHook,
  outbound: OutboundHttp,
  former: readonly string[],
): WebhookChange {
  const secret = config?.secret === undefined || MASKED.test(config.secret) ? undefined : config.secret || null;
  if (config) checkConfig({ ...config, secret: secret ?? undefined }, outbound);
  const events = changedEvents(change, former);
  return { url: config?.url, secret, events, active, contentType: config?.content_type };
}

function changedEvents(
  { events, add_events: added, remove_events: removed }: Pick<UpdateHook, 'events' | 'add_events' | 'remove_events'>,
  former: readonly string[],
): string[] | undefined {
  if (!events && !added && !removed) return undefined;
  const all = new Set([...(events ?? former), ...(added ?? [])]);
  for (const name of removed ?? []) all.delete(name);
  if (all.size === 0) throw invalidField('events', 'a webhook needs an event', 'invalid');
  return [...all];
}

function checkConfig(config: { url?: string; secret?: string; insecure_ssl?: unknown }, outbound: OutboundHttp): void {
  if (config.insecure_ssl !== undefined && String(config.insecure_ssl) !== '0') {
    throw invalidField('config.insecure_ssl', 'certificates are always checked', 'invalid');
  }
  if (config.secret && !isUsableSecret(config.secret)) {
    throw invalidField('config.secret', 'a secret that begins with whsec_ must go on in base64', 'invalid');
  }
  if (config.url === undefined) return;
  try {
    outbound.policy.parse(config.url);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw invalidField('config.url', error.message, 'invalid');
  }
}
