'use server';

import { pathOf, routes } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { mutate, send } from '@/lib/api/mutation';
import { within } from '@/lib/api/route';
import { id, repository, text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { placeOf } from '@/lib/forms/place';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { blobUrl, branchRef, locksUrl } from '@/lib/repository-url';

/** Not a character is touched: paths may begin or end with blanks. */
const raw = (form: FormData, name: string) => String(form.get(name) ?? '');

export async function lockFile(previous: FormState, form: FormData): Promise<FormState> {
  const [target, branch, file] = [repository(form), raw(form, 'branch'), raw(form, 'path')];
  const path = blobUrl(target, branchRef(branch), file);
  return submit({ previous, form, path }, async () => {
    await send(routes.createFileLock, within(target), { path: file, ref: `refs/heads/${branch}` });
    redirect(withNotice(path, 'file-locked'));
  });
}

/** Of somebody else's lock too, where the form says so; the hub judges whether the viewer may. */
export async function releaseLock(previous: FormState, form: FormData): Promise<FormState> {
  const [target, lockId] = [repository(form), id(form)];
  const path = locksUrl(target);
  const force = text(form, 'force') === 'true' ? '?force=true' : '';
  return submit({ previous, form, path }, async () => {
    await mutate('DELETE', `${pathOf(routes.releaseFileLock, { ...within(target), id: lockId })}${force}`);
    redirect(withNotice(await placeOf(path), 'lock-released'));
  });
}

export async function takeOverLock(previous: FormState, form: FormData): Promise<FormState> {
  const [target, lockId] = [repository(form), id(form)];
  const path = locksUrl(target);
  return submit({ previous, form, path }, async () => {
    await send(routes.takeOverFileLock, { ...within(target), id: lockId });
    redirect(withNotice(await placeOf(path), 'lock-taken-over'));
  });
}
