'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';

/** The address a click is about to open in this application, or null. */
function destinationOf(event: MouseEvent): URL | null {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  ) {
    return null;
  }
  const link = (event.target as Element).closest('a');
  if (!link?.href || link.target || link.hasAttribute('download')) return null;
  const url = new URL(link.href);
  const here = window.location;
  const elsewhere = url.pathname !== here.pathname || url.search !== here.search;
  return url.origin === here.origin && elsewhere ? url : null;
}

/** A line at the top of the window from the click on a link until its page is there. */
export function NavigationProgress() {
  const pathname = usePathname();
  const search = useSearchParams().toString();
  const here = `${pathname}?${search}`;
  const [leaving, setLeaving] = useState<string | null>(null);

  useEffect(() => {
    // In the capture phase: Next prevents the default of clicks on its links.
    const onClick = (event: MouseEvent) => {
      if (destinationOf(event)) setLeaving(here);
    };
    document.addEventListener('click', onClick, true);
    return () => document.removeEventListener('click', onClick, true);
  }, [here]);

  if (leaving !== here) return null;
  return <div aria-hidden className="navigation-progress bg-accent fixed inset-x-0 top-0 z-50 h-0.5 origin-left" />;
}
