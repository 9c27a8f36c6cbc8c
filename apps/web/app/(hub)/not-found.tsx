import { SearchX } from 'lucide-react';
import { SignInLink } from '@/components/shell/sign-in-link';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { getViewer } from '@/lib/api/viewer';
import { PageTitle } from '@/components/ui/page-title';

export default async function NotFound() {
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
            <ButtonLink href="/explore">Explore repositories</ButtonLink>
            {!user && <SignInLink />}
          </>
        }
      >
        <p>
          The address may be wrong, or what was here has been deleted, renamed or moved.
          {user ? ' It may also be private and not shared with you.' : ' If it is private, sign in to see it.'}
        </p>
      </EmptyState>
    </>
  );
}
