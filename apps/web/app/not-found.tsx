import { SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { PageTitle } from '@/components/ui/page-title';
import { EmptyState } from '@/components/ui/empty-state';

export default function NotFound() {
  return (
    <main className="mx-auto max-w-xl py-16">
      <PageTitle title="Not found" />
      <h1 className="sr-only">Not found</h1>
      <EmptyState
        icon={SearchX}
        title="There is nothing here"
        action={<ButtonLink href="/">Go to the start page</ButtonLink>}
      />
    </main>
  );
}
