import type { LucideIcon } from 'lucide-react';
import { classNames } from '@/lib/class-names';
import { formatCount } from '@/lib/text/quantity';
import { Link } from './link';

export interface Tab {
  id: string;
  label: string;
  href: string;
  icon?: LucideIcon;
  count?: number;
}

/** Pages of one thing, side by side; on a phone the row scrolls. */
export function Tabs({ tabs, active, label }: { tabs: Tab[]; active: string | null; label: string }) {
  return (
    <nav aria-label={label} className="-mx-1 overflow-x-auto px-1 [scrollbar-width:none]">
      <ul className="flex sm:gap-1">
        {tabs.map(({ id, label: text, href, icon: Icon, count }) => (
          <li key={id}>
            <Link
              href={href}
              aria-current={id === active ? 'page' : undefined}
              className={classNames(
                'flex items-center gap-2 border-b-2 px-2 pt-2 pb-2.5 sm:px-2.5 whitespace-nowrap -outline-offset-2',
                id === active
                  ? 'border-accent text-ink font-medium'
                  : 'text-ink-muted hover:border-line-strong hover:text-ink border-transparent',
              )}
            >
              {Icon && <Icon aria-hidden className="size-4 max-sm:hidden" />}
              {text}
              {count !== undefined && (
                <span className="bg-hover text-ink-muted rounded-full px-1.5 text-xs tabular-nums max-sm:hidden">
                  {formatCount(count)}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
