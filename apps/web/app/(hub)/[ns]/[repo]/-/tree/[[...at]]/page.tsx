import { guardedPage } from '@/components/shell/guarded-page';
import { redirect } from 'next/navigation';
import { Flash } from '@/components/forms/flash';
import { RepositoryPage } from '@/components/repository/repository-page';
import { TreeView } from '@/components/repository/tree-view';
import { pageData } from '@/lib/api/page-data';
import { exists } from '@/lib/api/exists';
import { readBlob, readTree } from '@/lib/api/repositories';
import { refViewUrl, repositoryUrl } from '@/lib/repository-url';
import { atIn, pageNumberIn, repositoryIn, type AtParams, type SearchParams } from '@/lib/route-params';
import { visibleName } from '@/lib/text/visible-text';

interface TreeProps {
  params: Promise<AtParams>;
  searchParams: Promise<SearchParams>;
}

async function load({ params, searchParams }: TreeProps) {
  const page = pageNumberIn(await searchParams);
  const repository = repositoryIn(await params);
  const at = atIn(await params);
  if (at === null) redirect(repositoryUrl(repository));
  const read = async () => {
    try {
      return await readTree(repository.owner, repository.name, { at, page });
    } catch (error) {
      // Links out of Markdown do not know whether they lead to a file or a directory.
      if (await exists(error, () => readBlob(repository.owner, repository.name, at))) {
        redirect(refViewUrl(repository, 'blob', at));
      }
      throw error;
    }
  };
  return pageData(read, {
    path: refViewUrl(repository, 'tree', at),
    movedPath: (moved) => refViewUrl(moved, 'tree', at),
  });
}

async function Tree(props: TreeProps) {
  const tree = await load(props);
  const { path = '', ref = '' } = tree.at ?? {};
  return (
    <RepositoryPage frame={tree} active="files" title={`${visibleName(path) || 'Files'} at ${visibleName(ref)}`}>
      <Flash search={await props.searchParams} />
      <TreeView tree={tree} />
    </RepositoryPage>
  );
}

export default guardedPage(Tree);
