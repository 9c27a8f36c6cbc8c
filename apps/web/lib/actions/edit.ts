'use server';

import { redirect } from 'next/navigation';
import { mutate } from '@/lib/api/mutation';
import { targetOf, type ChosenTarget } from '@/lib/edit-target';
import { repository, text } from '@/lib/forms/fields';
import type { FormState } from '@/lib/forms/form-state';
import { faulty, submit } from '@/lib/forms/submission';
import { withNotice } from '@/lib/notices';
import { blobUrl, branchRef, changeUrl, repositoryApiPath, treeUrl, type RepositoryName } from '@/lib/repository-url';

const KEPT = ['path', 'text', 'message', 'target', 'branch'];

/** Not a character is touched: paths may begin or end with blanks. */
const raw = (form: FormData, name: string) => String(form.get(name) ?? '');

function placeIn(form: FormData) {
  const kind = raw(form, 'kind');
  return {
    ref: raw(form, 'ref'),
    kind: kind === 'tag' || kind === 'commit' ? (kind as 'tag' | 'commit') : ('branch' as const),
    sha: raw(form, 'commit') || null,
  };
}

/** A text area ends every line with CR LF, whatever the file had. */
function textIn(form: FormData): string {
  const plain = raw(form, 'text').replace(/\r\n?/g, '\n');
  return raw(form, 'line_end') === 'crlf' ? plain.replaceAll('\n', '\r\n') : plain;
}

function post(target: RepositoryName, input: ChosenTarget & Record<string, unknown>): Promise<Response> {
  return mutate('POST', `${repositoryApiPath('/api/web/repos', target)}/edits`, input);
}

/** Commits a new file, or the new text of one that `previous_path` and `sha` name. */
export async function saveFile(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const place = placeIn(form);
  const before = raw(form, 'previous_path');
  const path = raw(form, 'path');
  const page = before === '' ? changeUrl(target, 'new', place) : changeUrl(target, 'edit', { ...place, path: before });
  const submission = { previous, form, path: page, keep: KEPT };
  const input = targetOf(place, form);
  if (input.branch === '') return faulty(submission, { branch: 'Name the new branch.' });
  if (path === '') return faulty(submission, { path: 'Give the file a name.' });
  const verb = before === '' ? 'Create' : before === path ? 'Update' : 'Rename';
  return submit(submission, async () => {
    await post(target, {
      ...input,
      message: text(form, 'message') || `${verb} ${path.split('/').at(-1)}`,
      path,
      ...(before === '' ? {} : { previous_path: before }),
      text: textIn(form),
      sha: raw(form, 'sha') || null,
    });
    redirect(withNotice(blobUrl(target, branchRef(input.branch), path), 'file-saved'));
  });
}

export async function deleteFile(previous: FormState, form: FormData): Promise<FormState> {
  const target = repository(form);
  const branch = raw(form, 'ref');
  const path = raw(form, 'path');
  const submission = { previous, form, path: blobUrl(target, branchRef(branch), path), keep: ['message'] };
  return submit(submission, async () => {
    const message = text(form, 'message') || `Delete ${path.split('/').at(-1)}`;
    await post(target, { branch, message, path, text: null, sha: raw(form, 'sha') });
    // Its directory may have gone with it.
    redirect(withNotice(treeUrl(target, branchRef(branch)), 'file-deleted'));
  });
}
