'use server';

import { routes } from '@granary/api-contract';
import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { mutate, send } from '@/lib/api/mutation';
import { id, secret, text, textOrNull } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { placeOf } from '@/lib/forms/place';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';

export async function updateProfile(previous: FormState, form: FormData): Promise<FormState> {
  const input = { name: textOrNull(form, 'name'), email: textOrNull(form, 'email') };
  return submit({ previous, form, path: '/settings/profile', keep: ['name', 'email'] }, async () => {
    await send(routes.updateSelf, {}, input);
    refresh();
    return { message: 'Your profile is saved.' };
  });
}

export async function changePassword(previous: FormState, form: FormData): Promise<FormState> {
  const [current_password, new_password] = [secret(form, 'current_password'), secret(form, 'new_password')];
  if (new_password !== secret(form, 'repeated_password')) {
    const faults = { repeated_password: 'This is not what you typed above.' };
    return { outcome: 'failed', attempt: previous.attempt + 1, faults, values: {}, message: 'Nothing was changed.' };
  }
  return submit({ previous, form, path: '/settings/profile' }, async () => {
    await mutate('PUT', '/api/web/password', { current_password, new_password });
    return { message: 'Your password is changed. Other browsers have been signed out.' };
  });
}

export async function addSshKey(previous: FormState, form: FormData): Promise<FormState> {
  const input = { title: textOrNull(form, 'title') ?? undefined, key: text(form, 'key') };
  return submit({ previous, form, path: '/settings/keys', keep: ['title', 'key'] }, async () => {
    await send(routes.createSshKey, {}, input);
    redirect(withNotice('/settings/keys', 'key-added'));
  });
}

export async function deleteSshKey(previous: FormState, form: FormData): Promise<FormState> {
  return submit({ previous, form, path: '/settings/keys' }, async () => {
    await send(routes.deleteSshKey, { id: id(form) });
    redirect(withNotice(await placeOf('/settings/keys'), 'key-deleted'));
  });
}

export async function addGpgKey(previous: FormState, form: FormData): Promise<FormState> {
  const input = { name: textOrNull(form, 'name') ?? undefined, armored_public_key: text(form, 'armored_public_key') };
  return submit({ previous, form, path: '/settings/keys', keep: ['name', 'armored_public_key'] }, async () => {
    await send(routes.createGpgKey, {}, input);
    redirect(withNotice('/settings/keys', 'gpg-key-added'));
  });
}

export async function deleteGpgKey(previous: FormState, form: FormData): Promise<FormState> {
  return submit({ previous, form, path: '/settings/keys' }, async () => {
    await send(routes.deleteGpgKey, { id: id(form) });
    redirect(withNotice(await placeOf('/settings/keys'), 'gpg-key-deleted'));
  });
}

export async function endSession(previous: FormState, form: FormData): Promise<FormState> {
  return submit({ previous, form, path: '/settings/sessions' }, async () => {
    await mutate('DELETE', `/api/web/sessions/${id(form)}`);
    redirect(withNotice(await placeOf('/settings/sessions'), 'session-ended'));
  });
}
