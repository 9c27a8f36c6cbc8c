'use server';

import { redirect } from 'next/navigation';
import { mutate } from '@/lib/api/mutation';
import { repository } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { placeOf } from '@/lib/forms/place';
import { submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { branchesUrl, encodePath, repositoryApiPath, tagsUrl } from '@/lib/repository-url';

/** Deletes a branch or a tag; the hub judges it as it judges a push. */
export async function deleteRef(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  // Not a character is touched: Git takes blanks beyond ASCII.
  const ref = String(form.get('ref'));
  const isTag = ref.startsWith('refs/tags/');
  const path = (isTag ? tagsUrl : branchesUrl)(target);
  return submit({ previous, form, path }, async () => {
    await mutate('DELETE', `${repositoryApiPath('/api/v3/repos', target)}/git/${encodePath(ref)}`);
    redirect(withNotice(await placeOf(path), isTag ? 'tag-deleted' : 'branch-deleted'));
  });
}
