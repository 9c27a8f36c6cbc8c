'use server';

import { CreatedAccessToken, routes, TokenScope, type CreateAccessToken } from '@granary/api-contract';
import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { send } from '@/lib/api/mutation';
import { choices, id, text, words } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { faulty, submit } from '@/lib/forms/submission';
import { placeOf } from '@/lib/forms/place';
import { withNotice } from '@/lib/notices';
import { expiryFrom } from '@/lib/token-expiry';

export async function createToken(previous: FormState, form: FormData): Promise<FormState> {
  const scopes = z.array(TokenScope).catch([]).parse(choices(form, 'scopes'));
  const submission = { previous, form, path: '/settings/tokens', keep: ['name', 'scopes', 'expiry', 'repositories'] };
  if (scopes.length === 0) {
    return faulty(submission, { scopes: 'Choose at least one: a token without any could do nothing.' });
  }
  const repositories = words(form, 'repositories');
  const input: CreateAccessToken = {
    name: text(form, 'name'),
    scopes,
    // None means all.
    repositories: repositories.length > 0 ? repositories : null,
    expires_at: expiryFrom(text(form, 'expiry'), new Date()),
  };
  return submit(submission, async () => {
    const response = await send(routes.createToken, {}, input);
    const { token } = CreatedAccessToken.parse(await response.json());
    refresh();
    return { secret: token };
  });
}

export async function revokeToken(previous: FormState, form: FormData): Promise<FormState> {
  return submit({ previous, form, path: '/settings/tokens' }, async () => {
    await send(routes.revokeToken, { id: id(form) });
    redirect(withNotice(await placeOf('/settings/tokens'), 'token-revoked'));
  });
}
