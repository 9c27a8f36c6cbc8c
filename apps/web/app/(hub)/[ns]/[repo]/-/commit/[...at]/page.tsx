import { guardedPage } from '@/components/shell/guarded-page';
import { CommitView } from '@/components/diff/commit-view';
import { subjectOf } from '@/components/repository/commit-line';
import { RepositoryPage } from '@/components/repository/repository-page';
import { pageData } from '@/lib/api/page-data';
import { readCommit } from '@/lib/api/repositories';
import { commitUrl } from '@/lib/repository-url';
import {
  atIn,
  numberIn,
  pageNumberIn,
  repositoryIn,
  textIn,
  type AtParams,
  type SearchParams,
} from '@/lib/route-params';

interface CommitProps {
  params: Promise<AtParams>;
  searchParams: Promise<SearchParams>;
}

async function load({ params, searchParams }: CommitProps) {
  const repository = repositoryIn(await params);
  // A branch or a tag names its commit, too, and may hold slashes.
  const sha = atIn(await params) ?? '';
  const page = pageNumberIn(await searchParams);
  return pageData(() => readCommit(repository.owner, repository.name, { sha, page }), {
    path: commitUrl(repository, sha),
    movedPath: (moved) => commitUrl(moved, sha),
  });
}

async function Commit(props: CommitProps) {
  const page = await load(props);
  const file = textIn(await props.searchParams, 'file');
  return (
    <RepositoryPage frame={page} active="commits" title={subjectOf(page.commit)} titled>
      <CommitView page={page} opened={file === '' ? null : numberIn(file)} />
    </RepositoryPage>
  );
}

export default guardedPage(Commit);
