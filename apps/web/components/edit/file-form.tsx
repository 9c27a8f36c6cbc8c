import type { EditAt, EditPage } from '@granary/api-contract';
import { ActionForm } from '@/components/forms/action-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextArea, TextField } from '@/components/forms/text-field';
import { ButtonLink } from '@/components/ui/button';
import { saveFile } from '@/lib/actions/edit';
import type { RepositoryName } from '@/lib/repository-url';
import { CommitFields } from './commit-fields';

interface FileFormProps {
  repository: RepositoryName;
  at: EditAt;
  /** The file to change; without it a new one is made. */
  file?: Pick<EditPage, 'sha' | 'text' | 'line_end'>;
  /** Where "Cancel" leads. */
  back: string;
}

/** A text file, its name, and the commit to make of it. */
export function FileForm({ repository, at, file, back }: FileFormProps) {
  const directory = at.path === '' ? '' : `${at.path}/`;
  const name = at.path.split('/').at(-1);
  return (
    <ActionForm action={saveFile} label={file ? 'Change the file' : 'New file'} className="space-y-5">
      <RepositoryFields repository={repository} />
      <PlaceFields at={at} />
      {file && (
        <>
          <input type="hidden" name="previous_path" value={at.path} />
          <input type="hidden" name="sha" value={file.sha} />
          <input type="hidden" name="line_end" value={file.line_end} />
        </>
      )}
      <TextField
        name="path"
        label="Path"
        hint="From the root of the repository; slashes make directories."
        defaultValue={file ? at.path : directory}
        autoFocus={!file}
        maxLength={4096}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        mono
      />
      <TextArea
        name="text"
        label="Content"
        defaultValue={file?.text ?? ''}
        required={false}
        rows={24}
        wrap="off"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        className="min-h-64 resize-y max-sm:h-80 overflow-x-auto leading-5 whitespace-pre"
        mono
      />
      <CommitFields at={at} placeholder={file ? `Update ${name}` : 'Create the file'} />
      <div className="flex flex-wrap gap-2">
        <SubmitButton>{file ? 'Commit the change' : 'Commit the new file'}</SubmitButton>
        <ButtonLink href={back}>Cancel</ButtonLink>
      </div>
    </ActionForm>
  );
}

/** Tells the action where the page stands. */
export function PlaceFields({ at }: { at: EditAt }) {
  return (
    <>
      <input type="hidden" name="ref" value={at.ref} />
      <input type="hidden" name="kind" value={at.kind} />
      <input type="hidden" name="commit" value={at.sha ?? ''} />
    </>
  );
}
