'use client';

import { useEffect } from 'react';
import { headingTarget } from '@/lib/heading-target';

/** Where a text's ids carry a prefix: `<a name>` is an old way to write one. */
const TARGETS = '[id^="user-content-"], a[name^="user-content-"]';

const idOf = (element: Element) => element.id || element.getAttribute('name') || '';

function goToHeading(): void {
  const { hash } = window.location;
  // The browser has found it by itself.
  if (hash === '' || document.getElementById(hash.slice(1))) return;
  const targets = [...document.querySelectorAll(TARGETS)];
  const id = headingTarget(hash, targets.map(idOf));
  targets.find((target) => idOf(target) === id)?.scrollIntoView();
}

/** Links to headings lead there as other hubs write them, without the prefix that ids have here. */
export function HeadingLinks() {
  useEffect(() => {
    goToHeading();
    window.addEventListener('hashchange', goToHeading);
    return () => window.removeEventListener('hashchange', goToHeading);
  }, []);
  return null;
}
