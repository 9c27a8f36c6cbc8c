import type { RepositoryFrame } from '@granary/api-contract';
import { ActionForm } from '@/components/forms/action-form';
import { RadioCards } from '@/components/forms/choice';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { Select } from '@/components/forms/select';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { nameOf } from '@/components/repository/repository-page';
import { VISIBILITY_OPTIONS } from '@/components/repository/visibility';
import { updateRepository } from '@/lib/actions/repository';
import { visibleName } from '@/lib/text/visible-text';

/** The default branch is one of those that exist; an empty repository may name one to come. */
function DefaultBranch({ frame: { repository, branches } }: { frame: RepositoryFrame }) {
  const common = {
    name: 'default_branch',
    label: 'Default branch',
    hint: 'What people see first, and get when they clone.',
    defaultValue: repository.default_branch,
  };
  if (branches.length === 0) return <TextField {...common} autoComplete="off" spellCheck={false} mono />;
  const names = new Set([repository.default_branch, ...branches.map(({ name }) => name)]);
  return <Select {...common} options={[...names].map((name) => ({ value: name, label: visibleName(name) }))} />;
}

export function GeneralForm({ frame }: { frame: RepositoryFrame }) {
  const { repository } = frame;
  return (
    <ActionForm action={updateRepository} className="space-y-5" label="General">
      <RepositoryFields repository={nameOf(repository)} />
      <TextField
        name="description"
        label="Description"
        defaultValue={repository.description ?? ''}
        maxLength={1000}
        optional
      />
      <RadioCards
        name="visibility"
        legend="Who can see it"
        options={VISIBILITY_OPTIONS}
        defaultValue={repository.visibility}
      />
      <DefaultBranch frame={frame} />
      <SubmitButton>Save</SubmitButton>
    </ActionForm>
  );
}
