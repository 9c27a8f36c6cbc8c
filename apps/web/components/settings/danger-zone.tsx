import { DeleteForm } from '@/components/forms/delete-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { TextField } from '@/components/forms/text-field';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { deleteRepository } from '@/lib/actions/repository';
import type { RepositoryName } from '@/lib/repository-url';

export function DangerZone({ repository }: { repository: RepositoryName }) {
  const fullName = `${repository.owner}/${repository.name}`;
  return (
    <Panel label="Delete" className="border-danger-line">
      <PanelHeader
        title="Delete this repository"
        description="It disappears for everybody, with its history, its large files and its settings."
        actions={
          <DeleteForm
            action={deleteRepository}
            trigger="Delete…"
            title={`Delete ${fullName}?`}
            consequence={
              <p>
                Nobody can clone or push any more. You can restore it from your profile settings until it is purged;
                then it is gone for good.
              </p>
            }
            verb="Delete the repository"
          >
            <RepositoryFields repository={repository} />
            <TextField
              name="confirmation"
              label={`Type ${fullName} to confirm`}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              mono
            />
          </DeleteForm>
        }
      />
    </Panel>
  );
}
