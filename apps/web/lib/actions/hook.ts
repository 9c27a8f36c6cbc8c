'use server';

import { Hook, HookContentType, routes, type CreateHook, type UpdateHook } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { send } from '@/lib/api/mutation';
import { within } from '@/lib/api/route';
import { checked, choices, id, repository, secret, text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { hookUrl, settingsUrl } from '@/lib/repository-url';

const KEPT = ['url', 'content_type', 'which_events', 'events', 'active'];

/**
 * "Just pushes", "everything" or a choice of events, among which may be GitHub's that never happen here. An empty choice,
 * and names that nobody knows, are left to the API to refuse.
 */
function eventsIn(form: FormData): string[] {
  const which = text(form, 'which_events');
  if (which === 'push') return ['push'];
  if (which === 'all') return ['*'];
  return choices(form, 'events');
}

function contentTypeIn(form: FormData): HookContentType {
  return HookContentType.catch('json').parse(text(form, 'content_type'));
}

export async function createHook(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const input: CreateHook = {
    name: 'web',
    active: checked(form, 'active'),
    events: eventsIn(form),
    config: { url: text(form, 'url'), content_type: contentTypeIn(form), secret: secret(form, 'secret') || undefined },
  };
  return submit({ previous, form, path: `${settingsUrl(target, 'hooks')}/new`, keep: KEPT }, async () => {
    const response = await send(routes.createHook, within(target), input);
    redirect(withNotice(hookUrl(target, Hook.parse(await response.json()).id), 'hook-created'));
  });
}

export async function updateHook(previous: FormState, form: FormData): Promise<FormState> {
  const [target, hookId] = [repository(form), id(form)];
  const newSecret = secret(form, 'secret');
  const input: UpdateHook = {
    active: checked(form, 'active'),
    events: eventsIn(form),
    // A secret can be replaced and never read: an empty field leaves it as it is.
    config: { url: text(form, 'url'), content_type: contentTypeIn(form), ...(newSecret && { secret: newSecret }) },
  };
  return submit({ previous, form, path: hookUrl(target, hookId), keep: KEPT }, async () => {
    await send(routes.updateHook, { ...within(target), id: hookId }, input);
    redirect(withNotice(hookUrl(target, hookId), 'hook-saved'));
  });
}

export async function deleteHook(previous: FormState, form: FormData): Promise<FormState> {
  const [target, hookId] = [repository(form), id(form)];
  return submit({ previous, form, path: hookUrl(target, hookId) }, async () => {
    await send(routes.deleteHook, { ...within(target), id: hookId });
    redirect(withNotice(settingsUrl(target, 'hooks'), 'hook-deleted'));
  });
}

export async function pingHook(previous: FormState, form: FormData): Promise<FormState> {
  const [target, hookId] = [repository(form), id(form)];
  return submit({ previous, form, path: hookUrl(target, hookId) }, async () => {
    await send(routes.pingHook, { ...within(target), id: hookId });
    redirect(withNotice(hookUrl(target, hookId), 'hook-pinged'));
  });
}

export async function redeliver(previous: FormState, form: FormData): Promise<FormState> {
  const [target, hookId] = [repository(form), id(form)];
  const delivery = encodeURIComponent(text(form, 'delivery'));
  // Back to the delivery that was looked at, in the log as it was.
  const query = new URLSearchParams({ page: text(form, 'page') || '1', delivery: text(form, 'delivery') });
  const place = `${hookUrl(target, hookId)}?${query}`;
  return submit({ previous, form, path: place }, async () => {
    await send(routes.redeliverHookDelivery, { ...within(target), id: hookId, delivery: text(form, 'delivery') });
    redirect(withNotice(`${place}#delivery-${delivery}`, 'delivery-repeated'));
  });
}
