import { guardedPage } from '@/components/shell/guarded-page';
import { Flash } from '@/components/forms/flash';
import { RepositoryAbout } from '@/components/repository/repository-about';
import { RepositoryPage } from '@/components/repository/repository-page';
import { TreeView } from '@/components/repository/tree-view';
import { pageData } from '@/lib/api/page-data';
import { readTree } from '@/lib/api/repositories';
import { repositoryUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface RepositoryHomeProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function load({ params, searchParams }: RepositoryHomeProps) {
  const page = pageNumberIn(await searchParams);
  const repository = repositoryIn(await params);
  return pageData(() => readTree(repository.owner, repository.name, { at: null, page }), {
    path: repositoryUrl(repository),
    movedPath: repositoryUrl,
  });
}

async function RepositoryHome(props: RepositoryHomeProps) {
  const tree = await load(props);
  return (
    <RepositoryPage frame={tree} active="files">
      <Flash search={await props.searchParams} />
      <RepositoryAbout repository={tree.repository} />
      <TreeView tree={tree} />
    </RepositoryPage>
  );
}

export default guardedPage(RepositoryHome);
