import { guardedPage } from '@/components/shell/guarded-page';
import { Package, Plus } from 'lucide-react';
import { RepositoryList } from '@/components/repository/repository-list';
import { Avatar } from '@/components/ui/avatar';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ListPages } from '@/components/ui/list-pages';
import { Panel } from '@/components/ui/panel';
import { pageData } from '@/lib/api/page-data';
import { readNamespace } from '@/lib/api/repositories';
import { namespaceUrl } from '@/lib/repository-url';
import { namespaceIn, pageNumberIn, type SearchParams } from '@/lib/route-params';
import { countOf } from '@/lib/text/quantity';
import { PageTitle } from '@/components/ui/page-title';
import { UserText } from '@/components/ui/user-text';

interface NamespaceProps {
  params: Promise<{ ns: string }>;
  searchParams: Promise<SearchParams>;
}

async function Namespace({ params, searchParams }: NamespaceProps) {
  const namespace = namespaceIn(await params);
  const page = pageNumberIn(await searchParams);
  const { owner, display_name, repositories, total, has_next, may_create } = await pageData(
    () => readNamespace(namespace, page),
    {
      path: namespaceUrl(namespace),
    },
  );
  return (
    <div className="mx-auto max-w-4xl">
      <PageTitle title={owner.login} />
      <header className="mb-6 flex flex-wrap items-center gap-4">
        <Avatar name={owner.login} account={owner} size="large" />
        <div className="min-w-0 flex-1 basis-40">
          <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">
            <UserText text={display_name ?? owner.login} />
          </h1>
          <p className="text-ink-muted">
            {display_name && <>{owner.login} · </>}
            {countOf(total, 'repository', 'repositories')}
          </p>
        </div>
        {may_create && (
          <ButtonLink href="/new" variant="primary">
            <Plus aria-hidden />
            New repository
          </ButtonLink>
        )}
      </header>
      {repositories.length > 0 ? (
        <RepositoryList repositories={repositories} label="Repositories" showOwner={false} />
      ) : (
        <Panel>
          <EmptyState icon={Package} title="No repositories to see">
            <p>
              {may_create ? 'Create one, or push one that you have.' : `${owner.login} has none that you may read.`}
            </p>
          </EmptyState>
        </Panel>
      )}
      <ListPages path={namespaceUrl(owner.login)} page={page} hasNext={has_next} />
    </div>
  );
}

export default guardedPage(Namespace);
