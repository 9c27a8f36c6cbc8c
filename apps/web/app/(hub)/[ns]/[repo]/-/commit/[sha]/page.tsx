import { CommitView } from '@/components/diff/commit-view';
import { subjectOf } from '@/components/repository/commit-line';
import { RepositoryPage } from '@/components/repository/repository-page';
import { pageData } from '@/lib/api/page-data';
import { readCommit } from '@/lib/api/repositories';
import { commitUrl } from '@/lib/repository-url';
import { commitIn, repositoryIn, type CommitParams } from '@/lib/route-params';

interface CommitProps {
  params: Promise<CommitParams>;
}

async function load({ params }: CommitProps) {
  const repository = repositoryIn(await params);
  const sha = commitIn(await params);
  return pageData(() => readCommit(repository.owner, repository.name, sha), {
    path: commitUrl(repository, sha),
    movedPath: (moved) => commitUrl(moved, sha),
  });
}

export default async function Commit(props: CommitProps) {
  const page = await load(props);
  return (
    <RepositoryPage frame={page} active="commits" title={subjectOf(page.commit)} titled>
      <CommitView page={page} />
    </RepositoryPage>
  );
}
