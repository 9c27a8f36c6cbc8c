'use client';

import { FailureScreen } from '@/components/shell/failure-screen';

/** The API did not answer even for the page's frame. */
export default function RootError({ error }: { error: Error & { digest?: string } }) {
  return (
    <main className="mx-auto max-w-xl py-16">
      <FailureScreen error={error} retry={() => window.location.reload()} />
    </main>
  );
}
