import { SearchX } from 'lucide-react';
import { SignInLink } from '@/components/shell/sign-in-link';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { PageTitle } from '@/components/ui/page-title';
import { getViewer } from '@/lib/api/viewer';
import { repositoryUrl, type RepositoryName } from '@/lib/repository-url';

/** What stands in the place of a page that is not there, or that the viewer may not see: which of both is not told. */
export async function NotFoundView({ repository }: { repository: RepositoryName | null }) {
  const { user } = await getViewer();
  return (
    <>
      <PageTitle title="Not found" />
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={SearchX}
        title="There is nothing here"
        action={
          <>
            {repository && <ButtonLink href={repositoryUrl(repository)}>Go to the repository</ButtonLink>}
            <ButtonLink href="/explore">Explore repositories</ButtonLink>
            {!user && <SignInLink />}
          </>
        }
      >
        <p>
          The address may be wrong, or what was here has been deleted, renamed or moved.
          {user ? ' It may also be for others only.' : ' If it is private, sign in to see it.'}
        </p>
      </EmptyState>
    </>
  );
}
