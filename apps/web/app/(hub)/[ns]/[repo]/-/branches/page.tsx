import { RefList, shownBranches } from '@/components/repository/ref-list';
import { RepositoryPage } from '@/components/repository/repository-page';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { branchesUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, textIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface BranchesProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

export default async function Branches({ params, searchParams }: BranchesProps) {
  const repository = repositoryIn(await params);
  const search = await searchParams;
  const path = branchesUrl(repository);
  const [filter, page] = [textIn(search, 'q').trim(), pageNumberIn(search)];
  const frame = await pageData(() => readFrame(repository.owner, repository.name), { path, movedPath: branchesUrl });
  return (
    <RepositoryPage frame={frame} active="branches" title="Branches">
      <RefList
        frame={frame}
        shown={shownBranches(frame, filter, page)}
        kind="branch"
        filter={filter}
        page={page}
        path={path}
      />
    </RepositoryPage>
  );
}
