import type { User } from '@granary/api-contract';
import { Plus, Sprout } from 'lucide-react';
import { RepositoryList } from '@/components/repository/repository-list';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { TextLink } from '@/components/ui/link';
import { PageHeader } from '@/components/ui/page-header';
import { Panel } from '@/components/ui/panel';
import { guardedPart } from '@/components/shell/failure-answer';
import { readExplore, readOwnRepositories } from '@/lib/api/repositories';
import { namespaceUrl } from '@/lib/repository-url';
import { RecentRepositories } from './recent-repositories';

const OWN_SHOWN = 12;

export function SignedInHome({ user }: { user: User }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
      <section>
        <PageHeader
          title="Your repositories"
          actions={
            <ButtonLink href="/new" variant="primary">
              <Plus aria-hidden />
              New repository
            </ButtonLink>
          }
        />
        <OwnRepositories user={user} />
      </section>
      <section aria-labelledby="recent">
        <h2 id="recent" className="mb-5 flex items-end text-base font-semibold lg:h-9">
          Lately on this hub
        </h2>
        <Recent />
      </section>
    </div>
  );
}

const OwnRepositories = guardedPart(async function Own({ user }: { user: User }) {
  const { rows: repositories, hasNext } = await readOwnRepositories(OWN_SHOWN);
  if (repositories.length === 0) {
    return (
      <Panel>
        <EmptyState
          icon={Sprout}
          title="Nothing sown yet"
          action={
            <ButtonLink href="/new" variant="primary">
              Create your first repository
            </ButtonLink>
          }
        >
          <p>
            A repository holds your files with their history, large ones included. Add an{' '}
            <TextLink href="/settings/keys">SSH key</TextLink> or an{' '}
            <TextLink href="/settings/tokens">access token</TextLink> to push to it.
          </p>
        </EmptyState>
      </Panel>
    );
  }
  return (
    <>
      <RepositoryList repositories={repositories} label="Your repositories" />
      {hasNext && (
        <p className="mt-4 text-center">
          <TextLink href={namespaceUrl(user.login)}>All your repositories</TextLink>
        </p>
      )}
    </>
  );
});

const Recent = guardedPart(async function Lately() {
  const { repositories } = await readExplore({ q: '', page: 1 });
  return <RecentRepositories repositories={repositories.filter(({ empty }) => !empty).slice(0, 8)} />;
});
