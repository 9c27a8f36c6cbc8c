'use server';

import { routes } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { send } from '@/lib/api/mutation';
import { within } from '@/lib/api/route';
import { repository, text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { placeOf } from '@/lib/forms/place';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { settingsUrl } from '@/lib/repository-url';

export async function startLfsCollection(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const path = settingsUrl(target, 'lfs');
  const isDry = text(form, 'dry_run') === 'true';
  return submit({ previous, form, path }, async () => {
    await send(routes.startLfsCollection, within(target), { dry_run: isDry });
    redirect(withNotice(path, 'lfs-collection-asked'));
  });
}

export async function restoreLfsObject(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const path = settingsUrl(target, 'lfs');
  return submit({ previous, form, path }, async () => {
    await send(routes.restoreLfsObject, { ...within(target), oid: text(form, 'oid') });
    redirect(withNotice(await placeOf(path), 'lfs-object-restored'));
  });
}
