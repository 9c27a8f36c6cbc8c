'use client';

import { CloudOff } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { PageTitle } from '@/components/ui/page-title';
import { EmptyState } from '@/components/ui/empty-state';
import { SAID } from '@/lib/said';

interface FailureScreenProps {
  error: Error & { digest?: string };
  retry: () => void;
}

/** What stands in the place of a page that failed. Details are in the server's log, under the same reference. */
export function FailureScreen({ error, retry }: FailureScreenProps) {
  const said = error.digest?.startsWith(SAID) ? error.digest.slice(SAID.length) : null;
  return (
    <>
      <PageTitle title="Something went wrong" />
      <h1 className="sr-only">Something went wrong</h1>
      <EmptyState
        icon={CloudOff}
        title="Something went wrong on our side"
        action={
          <>
            <Button onClick={retry} variant="primary">
              Try again
            </Button>
            <Button onClick={() => window.location.assign('/')}>Go to the start page</Button>
          </>
        }
      >
        <p>{said ?? 'The hub could not put this page together. Nothing of yours is lost; another try often helps.'}</p>
        {error.digest && said === null && (
          <p className="mt-2 text-xs">
            Reference for the administrator: <code className="font-mono">{error.digest}</code>
          </p>
        )}
      </EmptyState>
    </>
  );
}
