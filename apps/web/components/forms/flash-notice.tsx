'use client';

import { useEffect } from 'react';
import { Notice } from '@/components/ui/notice';

/** Says once what the redirect before this page has done; the address loses the word for it, so a reload is silent. */
export function FlashNotice({ message }: { message: string }) {
  useEffect(() => {
    const url = new URL(window.location.href);
    url.searchParams.delete('notice');
    window.history.replaceState(window.history.state, '', url);
  }, []);
  return (
    <Notice tone="success" role="status" className="mb-5">
      <p>{message}</p>
    </Notice>
  );
}
