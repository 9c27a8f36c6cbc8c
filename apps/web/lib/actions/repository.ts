'use server';

import { Repository, routes, Visibility, type CreateRepository, type UpdateRepository } from '@granary/api-contract';
import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { mutate, send } from '@/lib/api/mutation';
import { within } from '@/lib/api/route';
import { checked, id, repository, text, textOrNull } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { repositoryUrl, settingsUrl } from '@/lib/repository-url';

const SHOWN_FIELDS = ['name', 'description', 'visibility', 'default_branch'];

export async function createRepository(previous: FormState, form: FormData): Promise<FormState> {
  const input: CreateRepository = {
    name: text(form, 'name'),
    description: textOrNull(form, 'description'),
    visibility: Visibility.catch('private').parse(text(form, 'visibility')),
    default_branch: textOrNull(form, 'default_branch') ?? undefined,
    auto_init: checked(form, 'auto_init'),
    object_format: checked(form, 'sha256') ? 'sha256' : undefined,
  };
  return submit({ previous, form, path: '/new', keep: [...SHOWN_FIELDS, 'auto_init', 'sha256'] }, async () => {
    const response = await send(routes.createRepository, {}, input);
    const { owner, name } = Repository.parse(await response.json());
    redirect(repositoryUrl({ owner: owner.login, name }));
  });
}

/** Changes what the form holds: the settings page has one form for the facts and one for the name. */
export async function updateRepository(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const input: UpdateRepository = {
    description: textOrNull(form, 'description'),
    visibility: Visibility.optional()
      .catch(undefined)
      .parse(form.get('visibility') ?? undefined),
    default_branch: textOrNull(form, 'default_branch') ?? undefined,
  };
  return submit({ previous, form, path: settingsUrl(target), keep: SHOWN_FIELDS }, async () => {
    await send(routes.updateRepository, within(target), input);
    refresh();
    return { message: 'Saved.' };
  });
}

export async function renameRepository(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  return submit({ previous, form, path: settingsUrl(target), keep: ['name'] }, async () => {
    const response = await send(routes.updateRepository, within(target), { name: text(form, 'name') });
    const { owner, name } = Repository.parse(await response.json());
    redirect(withNotice(settingsUrl({ owner: owner.login, name }), 'repository-renamed'));
  });
}

/** Purges when the full name was typed, as for a deletion: nothing of it comes back. */
export async function purgeUnreachable(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const fullName = `${target.owner}/${target.name}`;
  if (text(form, 'confirmation') !== fullName) {
    const faults = { confirmation: `Type ${fullName} to purge it.` };
    return { outcome: 'failed', attempt: previous.attempt + 1, faults, values: {}, message: 'Nothing was purged.' };
  }
  return submit({ previous, form, path: settingsUrl(target) }, async () => {
    await send(routes.requestPurge, within(target));
    redirect(withNotice(settingsUrl(target), 'repository-purge'));
  });
}

/** Deletes when the full name was typed: a slip of the mouse is not enough. */
export async function deleteRepository(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const fullName = `${target.owner}/${target.name}`;
  if (text(form, 'confirmation') !== fullName) {
    const faults = { confirmation: `Type ${fullName} to delete it.` };
    return { outcome: 'failed', attempt: previous.attempt + 1, faults, values: {}, message: 'Nothing was deleted.' };
  }
  return submit({ previous, form, path: settingsUrl(target) }, async () => {
    await send(routes.deleteRepository, within(target));
    redirect(withNotice('/', 'repository-deleted'));
  });
}

export async function restoreRepository(previous: FormState, form: FormData): Promise<FormState> {
  return submit({ previous, form, path: '/settings/profile' }, async () => {
    const response = await mutate('POST', `/api/web/deleted-repositories/${id(form)}/restore`);
    const restored = Repository.safeParse(await response.json().catch(() => null));
    if (!restored.success) redirect(withNotice('/settings/profile', 'repository-restored'));
    const { owner, name } = restored.data;
    redirect(withNotice(repositoryUrl({ owner: owner.login, name }), 'repository-restored'));
  });
}
