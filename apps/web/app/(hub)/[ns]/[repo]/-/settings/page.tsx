import { guardedPage } from '@/components/shell/guarded-page';
import { notFound } from '@/lib/page/refusal';
import { redirect } from 'next/navigation';
import { nameOf } from '@/components/repository/repository-page';
import { DangerZone } from '@/components/settings/danger-zone';
import { GeneralForm } from '@/components/settings/general-form';
import { PurgeZone } from '@/components/settings/purge-zone';
import { RenameForm } from '@/components/settings/rename-form';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl } from '@/lib/repository-url';
import { repositoryIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface GeneralProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function General({ params, searchParams }: GeneralProps) {
  const wanted = repositoryIn(await params);
  const path = settingsUrl(wanted);
  await requireUser(path);
  const frame = await pageData(() => readFrame(wanted.owner, wanted.name), { path, movedPath: settingsUrl });
  const { repository } = frame;
  if (!repository.permissions.admin) {
    if (repository.permissions.maintain) redirect(settingsUrl(wanted, 'hooks'));
    notFound();
  }
  return (
    <RepositorySettings frame={frame} active="general" title="Settings" search={await searchParams}>
      <Panel label="General">
        <PanelHeader title="General" />
        <div className="p-4 sm:p-5">
          <GeneralForm frame={frame} />
        </div>
      </Panel>
      <Panel label="Rename">
        <PanelHeader
          title="Rename"
          description="The old address leads to the new one until somebody takes it. Remotes that people have keep working."
        />
        <div className="p-4 sm:p-5">
          <RenameForm repository={nameOf(repository)} />
        </div>
      </Panel>
      <PurgeZone repository={nameOf(repository)} />
      <DangerZone repository={nameOf(repository)} />
    </RepositorySettings>
  );
}

export default guardedPage(General);
