import { guardedPage } from '@/components/shell/guarded-page';
import { Flash } from '@/components/forms/flash';
import { LockList } from '@/components/repository/lock-list';
import { RepositoryPage } from '@/components/repository/repository-page';
import { readLocks } from '@/lib/api/locks';
import { pageData } from '@/lib/api/page-data';
import { getViewer } from '@/lib/api/viewer';
import { locksUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, textIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface LocksProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function Locks({ params, searchParams }: LocksProps) {
  const wanted = repositoryIn(await params);
  const search = await searchParams;
  const path = locksUrl(wanted);
  const filter = { q: textIn(search, 'q').trim(), owner: textIn(search, 'owner').trim() };
  const read = () => Promise.all([readLocks(wanted, { ...filter, page: pageNumberIn(search) }), getViewer()]);
  const [list, viewer] = await pageData(read, { path, movedPath: locksUrl });
  return (
    <RepositoryPage frame={list} active="locks" title="Locks">
      <Flash search={search} />
      <LockList list={list} filter={filter} path={path} viewer={viewer.user?.login ?? null} />
    </RepositoryPage>
  );
}

export default guardedPage(Locks);
