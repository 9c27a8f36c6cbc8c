import type { BlobPage } from '@granary/api-contract';
import { Trash2 } from 'lucide-react';
import { DeleteForm } from '@/components/forms/delete-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { TextField } from '@/components/forms/text-field';
import { nameOf } from '@/components/repository/repository-page';
import { UserText } from '@/components/ui/user-text';
import { deleteFile } from '@/lib/actions/edit';
import { visibleName } from '@/lib/text/visible-text';

/** Deletes the file with a commit on the branch that is shown. */
export function DeleteFile({ blob }: { blob: BlobPage }) {
  const { at, oid } = blob;
  const name = at.path.split('/').at(-1) ?? '';
  return (
    <DeleteForm
      action={deleteFile}
      trigger={
        <>
          <Trash2 aria-hidden />
          <span className="max-sm:sr-only">Delete</span>
        </>
      }
      triggerLook={{ variant: 'danger-quiet' }}
      title={
        <>
          Delete <UserText text={at.path} />?
        </>
      }
      consequence={
        <p>
          A commit on <UserText text={at.ref} /> takes it away. Earlier commits keep it.
        </p>
      }
      verb="Delete the file"
      isOffered={blob.deletable}
    >
      <RepositoryFields repository={nameOf(blob.repository)} />
      <input type="hidden" name="ref" value={at.ref} />
      <input type="hidden" name="path" value={at.path} />
      <input type="hidden" name="sha" value={oid} />
      <TextField name="message" label="Message" placeholder={`Delete ${visibleName(name)}`} maxLength={5000} optional />
    </DeleteForm>
  );
}
