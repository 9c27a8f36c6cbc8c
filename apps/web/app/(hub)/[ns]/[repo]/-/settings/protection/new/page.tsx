import { guardedPage } from '@/components/shell/guarded-page';
import { notFound } from '@/lib/page/refusal';
import { nameOf } from '@/components/repository/repository-page';
import { ProtectionForm } from '@/components/settings/protection-form';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl, type RepositoryName } from '@/lib/repository-url';
import { repositoryIn, textIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface NewProtectionProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function NewProtection({ params, searchParams }: NewProtectionProps) {
  const wanted = repositoryIn(await params);
  const kind = textIn(await searchParams, 'kind') === 'tag' ? 'tag' : 'branch';
  const pathOf = (repository: RepositoryName) => `${settingsUrl(repository, 'protection')}/new?kind=${kind}`;
  const path = pathOf(wanted);
  await requireUser(path);
  const frame = await pageData(() => readFrame(wanted.owner, wanted.name), { path, movedPath: pathOf });
  if (!frame.repository.permissions.admin) notFound();
  const title = kind === 'branch' ? 'Protect branches' : 'Protect tags';
  return (
    <RepositorySettings frame={frame} active="protection" title={title}>
      <Panel label={title}>
        <PanelHeader title={title} description="It holds for those that are there and for those to come." />
        <div className="p-4 sm:p-5">
          <ProtectionForm repository={nameOf(frame.repository)} kind={kind} />
        </div>
      </Panel>
    </RepositorySettings>
  );
}

export default guardedPage(NewProtection);
