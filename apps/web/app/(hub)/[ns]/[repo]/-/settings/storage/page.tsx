import { guardedPage } from '@/components/shell/guarded-page';
import { LfsPaths } from '@/components/settings/lfs-paths';
import { QuotaPanel } from '@/components/settings/quota-panel';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { RepositoryUsageFacts } from '@/components/settings/repository-usage-facts';
import { TextLink } from '@/components/ui/link';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { readLfsUsage, readRepositoryStorage } from '@/lib/api/storage';
import { requireUser } from '@/lib/api/viewer';
import { lfsUsageUrl } from '@/lib/repository-url';
import { repositoryIn, textIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface StorageProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function RepositoryStoragePage({ params, searchParams }: StorageProps) {
  const wanted = repositoryIn(await params);
  const search = await searchParams;
  const below = textIn(search, 'path');
  const path = lfsUsageUrl(wanted, below);
  const { login } = await requireUser(path);
  const read = () =>
    Promise.all([readFrame(wanted.owner, wanted.name), readRepositoryStorage(wanted), readLfsUsage(wanted, below)]);
  const [frame, storage, usage] = await pageData(read, { path, movedPath: (moved) => lfsUsageUrl(moved, below) });
  const { owner } = frame.repository;
  return (
    <RepositorySettings frame={frame} active="storage" title="Storage" search={search}>
      <RepositoryUsageFacts usage={storage.repository} />
      <LfsPaths repository={wanted} usage={usage} />
      <QuotaPanel
        storageClass={storage.class}
        quota={storage.quota}
        title={`Limits of ${owner.login}`}
        description={
          <>
            For all its {storage.class} repositories together.{' '}
            {owner.login === login && <TextLink href="/settings/storage">See all of them</TextLink>}
          </>
        }
      />
    </RepositorySettings>
  );
}

export default guardedPage(RepositoryStoragePage);
