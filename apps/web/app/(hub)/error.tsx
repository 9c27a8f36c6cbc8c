'use client';

import { useRouter } from 'next/navigation';
import { startTransition } from 'react';
import { FailureScreen } from '@/components/shell/failure-screen';

export default function HubError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return <FailureScreen error={error} retry={retry} />;
}
