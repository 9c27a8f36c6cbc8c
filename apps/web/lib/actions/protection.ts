'use server';

import {
  ProtectionKind,
  ProtectionRole,
  routes,
  type Allowed,
  type CreateProtection,
  type UpdateProtection,
} from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { send } from '@/lib/api/mutation';
import { within } from '@/lib/api/route';
import { checked, id, repository, text, words } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { protectionUrl, settingsUrl } from '@/lib/repository-url';

const ACTIONS = ['push', 'force_push', 'delete'] as const;
const KEPT = [
  'pattern',
  ...ACTIONS.flatMap((action) => [`${action}.role`, `${action}.users`]),
  'require_linear_history',
  'enforce_admins',
];

const kindIn = (form: FormData) => ProtectionKind.catch('branch').parse(text(form, 'kind'));

function allowedIn(form: FormData, action: (typeof ACTIONS)[number]): Allowed {
  const role = ProtectionRole.nullable()
    .catch(null)
    .parse(text(form, `${action}.role`));
  return { role, users: words(form, `${action}.users`) };
}

function settingsIn(form: FormData): Omit<CreateProtection, 'kind'> {
  return {
    pattern: text(form, 'pattern'),
    push: allowedIn(form, 'push'),
    force_push: allowedIn(form, 'force_push'),
    delete: allowedIn(form, 'delete'),
    require_linear_history: checked(form, 'require_linear_history'),
    enforce_admins: checked(form, 'enforce_admins'),
  };
}

export async function addProtection(previous: FormState, form: FormData): Promise<FormState> {
  const [target, kind] = [repository(form), kindIn(form)];
  const list = settingsUrl(target, 'protection');
  const input: CreateProtection = { kind, ...settingsIn(form) };
  return submit({ previous, form, path: `${list}/new?kind=${kind}`, keep: KEPT }, async () => {
    await send(routes.createProtection, within(target), input);
    redirect(withNotice(list, 'protection-added'));
  });
}

export async function updateProtection(previous: FormState, form: FormData): Promise<FormState> {
  const [target, protectionId] = [repository(form), id(form)];
  const input: UpdateProtection = settingsIn(form);
  // The form of a tag does not ask for it.
  if (kindIn(form) === 'tag') delete input.require_linear_history;
  return submit({ previous, form, path: protectionUrl(target, protectionId), keep: KEPT }, async () => {
    await send(routes.updateProtection, { ...within(target), id: protectionId }, input);
    redirect(withNotice(settingsUrl(target, 'protection'), 'protection-saved'));
  });
}

export async function removeProtection(previous: FormState, form: FormData): Promise<FormState> {
  const [target, protectionId] = [repository(form), id(form)];
  return submit({ previous, form, path: protectionUrl(target, protectionId) }, async () => {
    await send(routes.deleteProtection, { ...within(target), id: protectionId });
    redirect(withNotice(settingsUrl(target, 'protection'), 'protection-removed'));
  });
}
