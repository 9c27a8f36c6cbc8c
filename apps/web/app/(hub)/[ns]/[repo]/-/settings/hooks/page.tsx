import { guardedPage } from '@/components/shell/guarded-page';
import { Plus, Webhook } from 'lucide-react';
import { nameOf } from '@/components/repository/repository-page';
import { HookRow } from '@/components/settings/hook-row';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ListPages } from '@/components/ui/list-pages';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { readHooks } from '@/lib/api/hooks';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface HooksProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function Hooks({ params, searchParams }: HooksProps) {
  const wanted = repositoryIn(await params);
  const path = settingsUrl(wanted, 'hooks');
  await requireUser(path);
  const search = await searchParams;
  const page = pageNumberIn(search);
  const read = () => Promise.all([readFrame(wanted.owner, wanted.name), readHooks(wanted, page)]);
  const [frame, { rows: hooks, hasNext }] = await pageData(read, {
    path,
    movedPath: (moved) => settingsUrl(moved, 'hooks'),
  });
  const add = (
    <ButtonLink href={`${path}/new`} variant="primary" size="small">
      <Plus aria-hidden />
      New webhook
    </ButtonLink>
  );
  return (
    <RepositorySettings frame={frame} active="hooks" title="Webhooks" search={search}>
      <Panel label="Webhooks">
        <PanelHeader
          title="Webhooks"
          description="The hub tells other servers what happens here, signed and with retries."
          actions={hooks.length > 0 && add}
        />
        {hooks.length > 0 ? (
          <RowList label="Webhooks">
            {hooks.map((hook) => (
              <HookRow key={hook.id} repository={nameOf(frame.repository)} hook={hook} />
            ))}
          </RowList>
        ) : (
          <EmptyState icon={Webhook} title="No webhooks yet" action={add}>
            <p>Use one to start a build, or to let a chat know about pushes.</p>
          </EmptyState>
        )}
      </Panel>
      <ListPages path={path} page={page} hasNext={hasNext} />
    </RepositorySettings>
  );
}

export default guardedPage(Hooks);
