import { RefList } from '@/components/repository/ref-list';
import { RepositoryPage } from '@/components/repository/repository-page';
import { pageData } from '@/lib/api/page-data';
import { readTags } from '@/lib/api/repositories';
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
  const [filter, page] = [textIn(search, 'q').trim(), pageNumberIn(search)];
  const read = () => readTags(repository.owner, repository.name, { q: filter || null, page });
  const tags = await pageData(read, { path, movedPath: tagsUrl });
  const shown = { refs: tags.shown, hasNext: tags.has_next };
  return (
    <RepositoryPage frame={tags} active="tags" title="Tags">
      <RefList frame={tags} shown={shown} kind="tag" filter={filter} page={page} path={path} />
    </RepositoryPage>
  );
}
