'use server';

import { redirect } from 'next/navigation';
import { mutate } from '@/lib/api/mutation';
import { repository, text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { placeOf } from '@/lib/forms/place';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { repositoryApiPath, settingsUrl, type RepositoryName } from '@/lib/repository-url';

function apiPath(target: RepositoryName, username: string): string {
  return `${repositoryApiPath('/api/v3/repos', target)}/collaborators/${encodeURIComponent(username)}`;
}

export async function setCollaborator(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const path = settingsUrl(target, 'collaborators');
  return submit({ previous, form, path, keep: ['username', 'permission'] }, async () => {
    await mutate('PUT', apiPath(target, text(form, 'username')), { permission: text(form, 'permission') });
    redirect(withNotice(await placeOf(path), 'collaborator-set'));
  });
}

export async function removeCollaborator(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const path = settingsUrl(target, 'collaborators');
  return submit({ previous, form, path }, async () => {
    await mutate('DELETE', apiPath(target, text(form, 'username')));
    redirect(withNotice(await placeOf(path), 'collaborator-removed'));
  });
}
