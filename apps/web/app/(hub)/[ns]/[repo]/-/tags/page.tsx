import { guardedPage } from '@/components/shell/guarded-page';
import { Flash } from '@/components/forms/flash';
import { RefList } from '@/components/repository/ref-list';
import { RepositoryPage } from '@/components/repository/repository-page';
import { pageData } from '@/lib/api/page-data';
import { readRefs } from '@/lib/api/repositories';
import { tagsUrl } from '@/lib/repository-url';
import { pageNumberIn, repositoryIn, textIn, type RepositoryParams, type SearchParams } from '@/lib/route-params';

interface TagsProps {
  params: Promise<RepositoryParams>;
  searchParams: Promise<SearchParams>;
}

async function Tags({ params, searchParams }: TagsProps) {
  const { owner, name } = repositoryIn(await params);
  const search = await searchParams;
  const path = tagsUrl({ owner, name });
  const filter = textIn(search, 'q').trim();
  const read = () => readRefs(owner, name, { kind: 'tag', q: filter, page: pageNumberIn(search) });
  const list = await pageData(read, { path, movedPath: tagsUrl });
  return (
    <RepositoryPage frame={list} active="tags" title="Tags">
      <Flash search={search} />
      <RefList list={list} kind="tag" filter={filter} path={path} />
    </RepositoryPage>
  );
}

export default guardedPage(Tags);
