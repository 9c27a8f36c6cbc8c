import { classNames } from '@/lib/class-names';
import { Link } from './link';
import type { Tab } from './tabs';

/** The sections of a settings area: a column beside the page, a scrolling row above it on a phone. */
export function SideNav({ tabs, active, label }: { tabs: Tab[]; active: string; label: string }) {
  return (
    <nav aria-label={label} className="md:w-52 md:shrink-0">
      <ul className="flex flex-wrap gap-1 md:flex-col">
        {tabs.map(({ id, label: text, href, icon: Icon }) => (
          <li key={id}>
            <Link
              href={href}
              aria-current={id === active ? 'page' : undefined}
              className={classNames(
                'rounded-control flex items-center gap-2.5 px-2.5 py-1.5 whitespace-nowrap pointer-coarse:py-2.5',
                id === active ? 'bg-accent-soft text-ink font-medium' : 'text-ink-muted hover:bg-hover hover:text-ink',
              )}
            >
              {Icon && <Icon aria-hidden className={classNames('size-4', id === active && 'text-accent')} />}
              {text}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
