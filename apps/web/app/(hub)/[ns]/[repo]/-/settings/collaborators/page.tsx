import { guardedPage } from '@/components/shell/guarded-page';
import { Users } from 'lucide-react';
import { ActionForm } from '@/components/forms/action-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { Select } from '@/components/forms/select';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { nameOf } from '@/components/repository/repository-page';
import { CollaboratorRow, ROLE_OPTIONS } from '@/components/settings/collaborator-row';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { EmptyState } from '@/components/ui/empty-state';
import { ListPages } from '@/components/ui/list-pages';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { setCollaborator } from '@/lib/actions/collaborator';
import { pageData } from '@/lib/api/page-data';
import { readCollaborators, readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl, type RepositoryName } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface CollaboratorsProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function Collaborators({ params, searchParams }: CollaboratorsProps) {
  const wanted = repositoryIn(await params);
  const path = settingsUrl(wanted, 'collaborators');
  await requireUser(path);
  const search = await searchParams;
  const page = pageNumberIn(search);
  const read = () =>
    Promise.all([readFrame(wanted.owner, wanted.name), readCollaborators(wanted.owner, wanted.name, page)]);
  const [frame, { rows: collaborators, hasNext }] = await pageData(read, {
    path,
    movedPath: (moved) => settingsUrl(moved, 'collaborators'),
  });
  const invited = collaborators.filter(({ login }) => login !== frame.repository.owner.login);
  return (
    <RepositorySettings frame={frame} active="collaborators" title="Collaborators" search={search}>
      <Panel label="Collaborators">
        <PanelHeader
          title="Collaborators"
          description={`People beside ${frame.repository.owner.login}, who owns this repository.`}
        />
        {invited.length > 0 ? (
          <RowList label="Collaborators">
            {invited.map((collaborator) => (
              <CollaboratorRow
                key={collaborator.id}
                repository={nameOf(frame.repository)}
                collaborator={collaborator}
              />
            ))}
          </RowList>
        ) : (
          <EmptyState icon={Users} title="Nobody has been invited" />
        )}
      </Panel>
      <ListPages path={path} page={page} hasNext={hasNext} />
      <AddCollaborator repository={nameOf(frame.repository)} />
    </RepositorySettings>
  );
}

function AddCollaborator({ repository }: { repository: RepositoryName }) {
  return (
    <Panel label="Add somebody">
      <PanelHeader title="Add somebody" />
      <div className="p-4 sm:p-5">
        <ActionForm action={setCollaborator} label="Add somebody">
          <RepositoryFields repository={repository} />
          <TextField
            name="username"
            label="Name of the account"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <Select name="permission" label="Role" options={ROLE_OPTIONS} defaultValue="write" />
          <SubmitButton>Add</SubmitButton>
        </ActionForm>
      </div>
    </Panel>
  );
}

export default guardedPage(Collaborators);
