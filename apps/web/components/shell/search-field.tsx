'use client';

import { Search } from 'lucide-react';
import Form from 'next/form';
import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useRef } from 'react';

/** Looks for repositories. Ctrl+K or ⌘K leads here from anywhere. */
export function SearchField() {
  const input = useRef<HTMLInputElement>(null);
  const onExplore = usePathname() === '/explore';
  const query = useSearchParams().get('q') ?? '';

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey) || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);

  return (
    <Form
      action="/explore"
      prefetch={false}
      role="search"
      aria-label="Repositories"
      className="relative w-full max-w-sm"
    >
      <button
        type="submit"
        className="text-ink-muted hover:text-ink rounded-control absolute inset-y-0 left-0 flex w-8 items-center justify-center"
      >
        <Search aria-hidden className="size-4" />
        <span className="sr-only">Search</span>
      </button>
      <input
        ref={input}
        key={onExplore ? query : ''}
        type="search"
        name="q"
        defaultValue={onExplore ? query : ''}
        aria-label="Search repositories"
        aria-keyshortcuts="Control+K Meta+K"
        placeholder="Search"
        autoComplete="off"
        className="border-line bg-sunken placeholder:text-ink-muted rounded-control h-8 w-full border pr-14 pl-8 focus-visible:outline-offset-0 pointer-coarse:h-10 pointer-coarse:pr-3"
      />
      <kbd
        aria-hidden
        className="border-line bg-surface text-ink-muted pointer-events-none absolute top-1/2 right-1.5 hidden -translate-y-1/2 rounded border px-1.5 font-sans text-xs leading-5 sm:block pointer-coarse:hidden"
      >
        Ctrl K
      </kbd>
    </Form>
  );
}
