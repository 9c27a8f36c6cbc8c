import { RefList } from '@/components/repository/ref-list';
import { RepositoryPage } from '@/components/repository/repository-page';
import { pageData } from '@/lib/api/page-data';
import { readFrame } from '@/lib/api/repositories';
import { tagsUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, textIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface TagsProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

export default async function Tags({ params, searchParams }: TagsProps) {
  const repository = repositoryIn(await params);
  const search = await searchParams;
  const path = tagsUrl(repository);
  const frame = await pageData(() => readFrame(repository.owner, repository.name), { path, movedPath: tagsUrl });
  return (
    <RepositoryPage frame={frame} active="tags" title="Tags">
      <RefList frame={frame} kind="tag" filter={textIn(search, 'q').trim()} page={pageNumberIn(search)} path={path} />
    </RepositoryPage>
  );
}
