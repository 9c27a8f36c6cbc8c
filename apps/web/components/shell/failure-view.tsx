import { CloudOff } from 'lucide-react';
import { EmptyState } from '@/components/ui/empty-state';
import { PageTitle } from '@/components/ui/page-title';
import { buttonClass } from '@/components/ui/button';

interface FailureViewProps {
  /** What the hub tells its reader, where it is no defect. */
  said: string | null;
  /** Under which the server's log has the details. */
  reference: string | null;
}

/** What stands in the place of a page that failed; without script, too. */
export function FailureView({ said, reference }: FailureViewProps) {
  return (
    <>
      <PageTitle title="Something went wrong" />
      <h1 className="sr-only">Something went wrong</h1>
      <EmptyState
        icon={CloudOff}
        title="Something went wrong on our side"
        action={
          <>
            {/* The address of the page itself. */}
            <a href="" className={buttonClass({ variant: 'primary' })}>
              Try again
            </a>
            <a href="/" className={buttonClass()}>
              Go to the start page
            </a>
          </>
        }
      >
        <p>{said ?? 'The hub could not put this page together. Nothing of yours is lost; another try often helps.'}</p>
        {reference !== null && said === null && (
          <p className="mt-2 text-xs">
            Reference for the administrator: <code className="font-mono">{reference}</code>
          </p>
        )}
      </EmptyState>
    </>
  );
}
