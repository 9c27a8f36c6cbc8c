'use server';

import { SessionOpened } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { mutate } from '@/lib/api/mutation';
import { secret, text, textOrNull } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { submit } from '@/lib/forms/submission';
import { safeReturnPath } from '@/lib/return-path';
import { dropSession, keepSession } from '@/lib/session-cookie';

async function open(path: string, body: unknown, form: FormData): Promise<never> {
  const response = await mutate('POST', path, body);
  await keepSession(SessionOpened.parse(await response.json()));
  redirect(safeReturnPath(text(form, 'to')));
}

export async function signIn(previous: FormState, form: FormData): Promise<FormState> {
  const body = { login: text(form, 'login'), password: secret(form, 'password') };
  return submit({ previous, form, path: '', keep: ['login'] }, () => open('/api/web/session', body, form));
}

export async function register(previous: FormState, form: FormData): Promise<FormState> {
  const body = {
    login: text(form, 'login'),
    password: secret(form, 'password'),
    email: textOrNull(form, 'email') ?? undefined,
  };
  const submission = { previous, form, path: '', keep: ['login', 'email'] };
  return submit(submission, () => open('/api/web/register', body, form));
}

export async function signOut(): Promise<void> {
  await mutate('DELETE', '/api/web/session');
  await dropSession();
  redirect('/');
}
