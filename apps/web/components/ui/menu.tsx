'use client';

import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useRef, type ReactNode } from 'react';
import { classNames } from '@/lib/class-names';

interface MenuProps {
  /** What the button shows. */
  trigger: ReactNode;
  /** The button's name for screen readers, where `trigger` is a picture alone. */
  label?: string;
  triggerClassName: string;
  align?: 'start' | 'end';
  /** Classes of the panel: its width above all. */
  className?: string;
  /** On a phone the panel is as wide as the nearest ancestor with a position, wherever in it the button stands. */
  wideOnPhones?: boolean;
  children: ReactNode;
}

function closeFromOutside(menu: HTMLDetailsElement): () => void {
  const onPointerDown = (event: PointerEvent) => {
    if (menu.open && !menu.contains(event.target as Node)) menu.open = false;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    menu.querySelector('summary')?.focus();
  };
  const onFocusOut = (event: FocusEvent) => {
    // A click on plain text inside focuses what is around the menu, if that takes focus: this is not leaving it.
    const next = event.relatedTarget as Node | null;
    if (next && !menu.contains(next) && !next.contains(menu)) menu.open = false;
  };
  document.addEventListener('pointerdown', onPointerDown);
  menu.addEventListener('keydown', onKeyDown);
  menu.addEventListener('focusout', onFocusOut);
  return () => {
    document.removeEventListener('pointerdown', onPointerDown);
    menu.removeEventListener('keydown', onKeyDown);
    menu.removeEventListener('focusout', onFocusOut);
  };
}

/**
 * A button that discloses a panel. The browser's own `<details>` opens it, with or without JavaScript;
 * what is added here is closing: by Escape, by a click or by focus elsewhere, and by going to another page.
 */
export function Menu({
  trigger,
  label,
  triggerClassName,
  align = 'start',
  className,
  wideOnPhones,
  children,
}: MenuProps) {
  const details = useRef<HTMLDetailsElement>(null);
  const pathname = usePathname();
  const search = useSearchParams();

  useEffect(() => (details.current ? closeFromOutside(details.current) : undefined), []);
  useEffect(() => {
    if (details.current) details.current.open = false;
  }, [pathname, search]);

  return (
    <details ref={details} className={wideOnPhones ? 'sm:relative' : 'relative'}>
      <summary aria-label={label} className={classNames('list-none', triggerClassName)}>
        {trigger}
      </summary>
      <div
        className={classNames(
          'border-line bg-raised shadow-raised rounded-panel absolute z-30 mt-1.5 max-w-[calc(100vw-2rem)] border',
          align === 'end' ? 'right-0' : 'left-0',
          className,
          wideOnPhones && 'max-sm:inset-x-0 max-sm:w-auto',
        )}
      >
        {children}
      </div>
    </details>
  );
}
