import { guardedPage } from '@/components/shell/guarded-page';
import type { CommitsPage } from '@granary/api-contract';
import { History } from 'lucide-react';
import { CommitList } from '@/components/repository/commit-list';
import { EmptyRepository } from '@/components/repository/empty-repository';
import { RefToolbar } from '@/components/repository/ref-toolbar';
import { nameOf, RepositoryPage } from '@/components/repository/repository-page';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { Panel } from '@/components/ui/panel';
import { pageData } from '@/lib/api/page-data';
import { readCommits } from '@/lib/api/repositories';
import { atOf, refViewUrl, repositoryUrl, type RepositoryName } from '@/lib/repository-url';
import { atIn, pageNumberIn, repositoryIn, type AtParams, type SearchParams } from '@/lib/route-params';
import { visibleName } from '@/lib/text/visible-text';

interface CommitsProps {
  params: Promise<AtParams>;
  searchParams: Promise<SearchParams>;
}

function commitsPath(repository: RepositoryName, at: string | null): string {
  return at === null ? `${repositoryUrl(repository)}/-/commits` : refViewUrl(repository, 'commits', at);
}

async function Commits({ params, searchParams }: CommitsProps) {
  const repository = repositoryIn(await params);
  const at = atIn(await params);
  const query = { at, page: pageNumberIn(await searchParams) };
  const commits = await pageData(() => readCommits(repository.owner, repository.name, query), {
    path: commitsPath(repository, at),
    movedPath: (moved) => commitsPath(moved, at),
  });
  return (
    <RepositoryPage
      frame={commits}
      active="commits"
      title={`Commits of ${visibleName(at ?? commits.repository.default_branch)}`}
    >
      {commits.at ? (
        <CommitHistory commits={commits} at={commits.at} />
      ) : (
        <EmptyRepository repository={commits.repository} tagCount={commits.tag_count} />
      )}
    </RepositoryPage>
  );
}

function CommitHistory({ commits, at }: { commits: CommitsPage; at: NonNullable<CommitsPage['at']> }) {
  const name = nameOf(commits.repository);
  const here = refViewUrl(name, 'commits', atOf(at, at.path));
  return (
    <>
      <RefToolbar frame={commits} at={at} view="commits" />
      {commits.commits.length > 0 ? (
        <CommitList repository={name} commits={commits.commits} />
      ) : (
        <Panel>
          <EmptyState icon={History} title="No commits on this page" />
        </Panel>
      )}
      <Pagination
        page={commits.page}
        hasNext={commits.has_next}
        hrefOf={(page) => (page === 1 ? here : `${here}?page=${page}`)}
        labels={{ previous: 'Newer', next: 'Older' }}
      />
    </>
  );
}

export default guardedPage(Commits);
