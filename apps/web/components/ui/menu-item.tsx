import type { ReactNode } from 'react';
import { classNames } from '@/lib/class-names';
import { Link } from './link';

/** One line of a Menu: a link, or a button in a form (take the class). */
export const menuItemClass =
  'flex w-full items-center gap-2.5 rounded-md px-2.5 py-1.5 text-left hover:bg-hover -outline-offset-2 ' +
  'pointer-coarse:py-2.5 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-muted';

interface MenuLinkProps {
  href: string;
  children: ReactNode;
  current?: boolean;
  /** See ButtonLink: for what is not a page of this application. */
  external?: boolean;
}

export function MenuLink({ href, children, current, external }: MenuLinkProps) {
  const look = classNames(menuItemClass, current && 'font-medium');
  if (external) {
    return (
      <a href={href} className={look}>
        {children}
      </a>
    );
  }
  return (
    <Link href={href} aria-current={current ? 'true' : undefined} className={look}>
      {children}
    </Link>
  );
}

export function MenuSection({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <div className="border-line not-first:border-t p-1.5">
      {title && <p className="text-ink-muted px-2.5 pt-1 pb-1.5 text-xs font-medium">{title}</p>}
      {children}
    </div>
  );
}
