'use server';

import { routes, type ChangeUser } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { send } from '@/lib/api/mutation';
import { text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { placeOf } from '@/lib/forms/place';
import { submit } from '@/lib/forms/submission';
import { withNotice, type NoticeName } from '@/lib/notices';

const PATH = '/-/admin/users';
const account = (form: FormData) => ({ name: text(form, 'login') });

/** The buttons of an account, and what each changes. */
const CHANGES: Record<string, { change: ChangeUser; notice: NoticeName }> = {
  disable: { change: { active: false }, notice: 'user-disabled' },
  enable: { change: { active: true }, notice: 'user-enabled' },
  promote: { change: { site_admin: true }, notice: 'user-promoted' },
  demote: { change: { site_admin: false }, notice: 'user-demoted' },
};

export async function changeUser(previous: FormState, form: FormData): Promise<FormState> {
  return submit({ previous, form, path: PATH }, async () => {
    const wanted = CHANGES[text(form, 'change')];
    if (!wanted) throw new Error('a button that the page does not have');
    await send(routes.changeAccount, account(form), wanted.change);
    redirect(withNotice(await placeOf(PATH), wanted.notice));
  });
}

export async function deleteUser(previous: FormState, form: FormData): Promise<FormState> {
  return submit({ previous, form, path: PATH }, async () => {
    await send(routes.deleteAccount, account(form));
    redirect(withNotice(await placeOf(PATH), 'user-deleted'));
  });
}
