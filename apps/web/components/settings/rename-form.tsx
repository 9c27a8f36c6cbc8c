import { ActionForm } from '@/components/forms/action-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { renameRepository } from '@/lib/actions/repository';
import type { RepositoryName } from '@/lib/repository-url';

export function RenameForm({ repository }: { repository: RepositoryName }) {
  return (
    <ActionForm action={renameRepository} label="Rename">
      <RepositoryFields repository={repository} />
      <TextField
        name="name"
        label="Name"
        defaultValue={repository.name}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={100}
      />
      <SubmitButton variant="secondary">Rename</SubmitButton>
    </ActionForm>
  );
}
