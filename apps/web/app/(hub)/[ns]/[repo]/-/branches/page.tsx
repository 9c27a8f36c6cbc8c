import { guardedPage } from '@/components/shell/guarded-page';
import { Flash } from '@/components/forms/flash';
import { RefList } from '@/components/repository/ref-list';
import { RepositoryPage } from '@/components/repository/repository-page';
import { pageData } from '@/lib/api/page-data';
import { readRefs } from '@/lib/api/repositories';
import { branchesUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, textIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface BranchesProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function Branches({ params, searchParams }: BranchesProps) {
  const { owner, name } = repositoryIn(await params);
  const search = await searchParams;
  const path = branchesUrl({ owner, name });
  const filter = textIn(search, 'q').trim();
  const read = () => readRefs(owner, name, { kind: 'branch', q: filter, page: pageNumberIn(search) });
  const list = await pageData(read, { path, movedPath: branchesUrl });
  return (
    <RepositoryPage frame={list} active="branches" title="Branches">
      <Flash search={search} />
      <RefList list={list} kind="branch" filter={filter} path={path} />
    </RepositoryPage>
  );
}

export default guardedPage(Branches);
