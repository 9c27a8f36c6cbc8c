'use server';

import { CreatedAccessToken, TokenScope, type CreateAccessToken } from '@granary/api-contract';
import { refresh } from 'next/cache';
import { redirect } from 'next/navigation';
import { z } from 'zod';
import { mutate } from '@/lib/api/mutation';
import { choices, id, text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { expiryFrom } from '@/lib/token-expiry';

/** One name a line, or separated by blanks or commas; none means all. */
function repositoriesIn(form: FormData): string[] | null {
  const names = text(form, 'repositories')
    .split(/[\s,]+/)
    .filter(Boolean);
  return names.length > 0 ? names : null;
}

export async function createToken(previous: FormState, form: FormData): Promise<FormState> {
  const scopes = z.array(TokenScope).catch([]).parse(choices(form, 'scopes'));
  const keep = ['name', 'scopes', 'expiry', 'repositories'];
  if (scopes.length === 0) {
    const values = Object.fromEntries(keep.map((name) => [name, form.getAll(name).map(String)]));
    const faults = { scopes: 'Choose at least one: a token without any could do nothing.' };
    return {
      outcome: 'failed',
      attempt: previous.attempt + 1,
      faults,
      values,
      message: 'Please mend what is marked below.',
    };
  }
  const wish: CreateAccessToken = {
    name: text(form, 'name'),
    scopes,
    repositories: repositoriesIn(form),
    expires_at: expiryFrom(text(form, 'expiry'), new Date()),
  };
  return submit({ previous, form, path: '/settings/tokens', keep }, async () => {
    const response = await mutate('POST', '/api/v3/user/tokens', wish);
    const { token } = CreatedAccessToken.parse(await response.json());
    refresh();
    return { secret: token };
  });
}

export async function revokeToken(previous: FormState, form: FormData): Promise<FormState> {
  return submit({ previous, form, path: '/settings/tokens' }, async () => {
    await mutate('DELETE', `/api/v3/user/tokens/${id(form)}`);
    redirect(withNotice('/settings/tokens', 'token-revoked'));
  });
}
