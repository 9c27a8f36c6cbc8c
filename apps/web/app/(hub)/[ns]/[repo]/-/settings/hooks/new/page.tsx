import { guardedPage } from '@/components/shell/guarded-page';
import { notFound } from '@/lib/page/refusal';
import { nameOf } from '@/components/repository/repository-page';
import { HookForm } from '@/components/settings/hook-form';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl, type RepositoryName } from '@/lib/repository-url';
import { repositoryIn, type RepositoryParams } from '@/lib/route-params';

const pathOf = (repository: RepositoryName) => `${settingsUrl(repository, 'hooks')}/new`;

async function NewHook({ params }: { params: Promise<RepositoryParams> }) {
  const wanted = repositoryIn(await params);
  const path = pathOf(wanted);
  await requireUser(path);
  const frame = await pageData(() => readFrame(wanted.owner, wanted.name), { path, movedPath: pathOf });
  if (!frame.repository.permissions.maintain) notFound();
  return (
    <RepositorySettings frame={frame} active="hooks" title="New webhook">
      <Panel label="New webhook">
        <PanelHeader title="New webhook" />
        <div className="p-4 sm:p-5">
          <HookForm repository={nameOf(frame.repository)} />
        </div>
      </Panel>
    </RepositorySettings>
  );
}

export default guardedPage(NewHook);
