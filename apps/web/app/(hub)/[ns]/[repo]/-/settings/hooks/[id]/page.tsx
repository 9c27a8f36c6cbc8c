import { guardedPage } from '@/components/shell/guarded-page';
import { nameOf } from '@/components/repository/repository-page';
import { DeliveryLog } from '@/components/settings/delivery-log';
import { HookForm } from '@/components/settings/hook-form';
import { HookHeader } from '@/components/settings/hook-header';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { ListPages } from '@/components/ui/list-pages';
import { Panel } from '@/components/ui/panel';
import { readDeliveries, readDelivery, readHook } from '@/lib/api/hooks';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { hookUrl, type RepositoryName } from '@/lib/repository-url';
import {
  numberIn,
  pageNumberIn,
  repositoryIn,
  textIn,
  type RepositoryParams,
  type SearchParams,
} from '@/lib/route-params';

interface HookProps {
  params: Promise<RepositoryParams & { id: string }>;
  searchParams: Promise<SearchParams>;
}

interface Wanted {
  hookId: number;
  deliveryId: number | null;
  page: number;
}

async function load(repository: RepositoryName, { hookId, deliveryId, page }: Wanted) {
  const [frame, hook, deliveries, delivery] = await Promise.all([
    readFrame(repository.owner, repository.name),
    readHook(repository, hookId),
    readDeliveries(repository, { hookId, page }),
    deliveryId === null ? null : readDelivery(repository, { hookId, id: deliveryId }),
  ]);
  return { frame, hook, deliveries, delivery };
}

async function HookPage({ params, searchParams }: HookProps) {
  const wanted = repositoryIn(await params);
  const hookId = numberIn((await params).id);
  const search = await searchParams;
  const opened = textIn(search, 'delivery');
  const path = hookUrl(wanted, hookId);
  await requireUser(path);
  const page = pageNumberIn(search);
  const deliveryId = opened === '' ? null : numberIn(opened);
  const read = () => load(wanted, { hookId, deliveryId, page });
  const { frame, hook, deliveries, delivery } = await pageData(read, {
    path,
    movedPath: (moved) => hookUrl(moved, hookId),
  });
  const name = nameOf(frame.repository);
  return (
    <RepositorySettings frame={frame} active="hooks" title="Webhook" search={search}>
      <Panel label="Webhook">
        <HookHeader repository={name} hook={hook} />
        <div className="p-4 sm:p-5">
          <HookForm key={hook.updated_at} repository={name} hook={hook} />
        </div>
      </Panel>
      <DeliveryLog repository={name} hook={hook} deliveries={deliveries.rows} opened={delivery} page={page} />
      <ListPages path={path} page={page} hasNext={deliveries.hasNext} />
    </RepositorySettings>
  );
}

export default guardedPage(HookPage);
