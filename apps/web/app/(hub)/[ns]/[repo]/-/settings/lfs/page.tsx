import { guardedPage } from '@/components/shell/guarded-page';
import { nameOf } from '@/components/repository/repository-page';
import { LfsCollection } from '@/components/settings/lfs-collection';
import { LfsTrash } from '@/components/settings/lfs-trash';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { ListPages } from '@/components/ui/list-pages';
import { readLfsCollections, readLfsTrash } from '@/lib/api/lfs-objects';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { settingsUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface LfsObjectsProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function LfsObjects({ params, searchParams }: LfsObjectsProps) {
  const wanted = repositoryIn(await params);
  const search = await searchParams;
  const page = pageNumberIn(search);
  const path = settingsUrl(wanted, 'lfs');
  await requireUser(path);
  const read = () =>
    Promise.all([readFrame(wanted.owner, wanted.name), readLfsCollections(wanted), readLfsTrash(wanted, page)]);
  const [frame, state, trash] = await pageData(read, { path, movedPath: (moved) => settingsUrl(moved, 'lfs') });
  const repository = nameOf(frame.repository);
  return (
    <RepositorySettings frame={frame} active="lfs" title="LFS objects" search={search}>
      <LfsCollection repository={repository} state={state} />
      <LfsTrash repository={repository} objects={trash.rows} />
      <ListPages path={path} page={page} hasNext={trash.hasNext} />
    </RepositorySettings>
  );
}

export default guardedPage(LfsObjects);
