'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, type HTMLAttributes, type MouseEvent } from 'react';
import { keepAside, keptAside, readAside } from '@/lib/page/aside';
import type { PageHtml } from '@/lib/page/exchange';

interface HtmlProps extends Omit<HTMLAttributes<HTMLElement>, 'onClick' | 'children' | 'dangerouslySetInnerHTML'> {
  source: PageHtml;
  as: 'code' | 'div' | 'pre' | 'tbody';
  /** Its links lead to pages of the hub: the router opens them, as it does for links that are components. */
  isRouted?: boolean;
}

/** Null: the page's own HTML has it already, and React leaves that as it is. */
function initialHtml(source: PageHtml): string | null {
  if ('html' in source) return source.html;
  if (typeof window === 'undefined') return readAside(source.aside);
  return keptAside(source.aside) ?? null;
}

/** HTML that the hub has made: it stands once in a page, and what is a user's in it is escaped or allowed. */
export function Html({ source, as: Element, isRouted = false, ...rest }: HtmlProps) {
  const [first] = useState(() => initialHtml(source));
  const element = useRef<HTMLElement>(null);
  const router = useRouter();
  const aside = 'aside' in source ? source.aside : null;

  useEffect(() => {
    const shown = element.current;
    if (aside === null || !shown) return;
    // The router came back to a page that was left long ago.
    if (!shown.hasChildNodes()) window.location.reload();
    return () => keepAside(aside, shown.innerHTML);
  }, [aside]);

  const follow = (event: MouseEvent) => {
    const link = (event.target as HTMLElement).closest('a');
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || link.origin !== window.location.origin) return;
    event.preventDefault();
    router.push(link.pathname + link.search + link.hash);
  };

  const html = 'html' in source ? source.html : (first ?? '');
  const ref = (found: HTMLElement | null) => void (element.current = found);
  return (
    <Element
      {...rest}
      ref={ref}
      onClick={isRouted ? follow : undefined}
      suppressHydrationWarning
      dangerouslySetInnerHTML={{ __html: html }}
    />
  );
}
