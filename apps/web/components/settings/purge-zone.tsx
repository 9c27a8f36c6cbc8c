import { DeleteForm } from '@/components/forms/delete-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { TextField } from '@/components/forms/text-field';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { purgeUnreachable } from '@/lib/actions/repository';
import type { RepositoryName } from '@/lib/repository-url';

/** For what was pushed by mistake: removed from every branch and tag, it can still be read by its id for a while. */
export function PurgeZone({ repository }: { repository: RepositoryName }) {
  const fullName = `${repository.owner}/${repository.name}`;
  return (
    <Panel label="Purge" className="border-danger-line">
      <PanelHeader
        title="Purge what was removed"
        description="Commits and files that no branch or tag holds any more can be read by their id for weeks. A purge removes them now."
        actions={
          <DeleteForm
            action={purgeUnreachable}
            trigger="Purge…"
            title={`Purge ${fullName}?`}
            consequence={
              <p>
                Old states of branches that were deleted or force-pushed are gone for good, with large files that
                nothing else names and archives that were made. Remove what must go from every branch and tag first, and
                change passwords and keys all the same: whoever has cloned or forked the repository keeps a copy.
              </p>
            }
            verb="Purge the repository"
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
