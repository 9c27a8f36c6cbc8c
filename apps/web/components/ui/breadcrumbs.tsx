import { visibleName } from '@/lib/text/visible-text';
import { Link } from './link';

export interface Crumb {
  label: string;
  /** Left out for the page itself, and for what is left out. */
  href?: string;
}

/** Each link of a path repeats all that is above it: those in the middle of a very deep one are left out. */
const MOST = { first: 4, last: 16 };

/** The directories above a path, and the path itself. @param hrefOf the page of a directory. */
export function crumbsOf(path: string, hrefOf: (directory: string) => string): Crumb[] {
  const segments = path.split('/');
  const hidden = segments.length > MOST.first + MOST.last ? segments.length - MOST.last : 0;
  return segments.flatMap((segment, index): Crumb[] => {
    if (index >= MOST.first && index < hidden) return index === MOST.first ? [{ label: '…' }] : [];
    const isLast = index === segments.length - 1;
    const href = isLast ? undefined : hrefOf(segments.slice(0, index + 1).join('/'));
    return [{ label: visibleName(segment), href }];
  });
}

export function Breadcrumbs({ crumbs, label }: { crumbs: Crumb[]; label: string }) {
  return (
    <nav aria-label={label} className="min-w-0">
      <ol className="flex flex-wrap items-center gap-x-1.5 gap-y-0.5 wrap-anywhere">
        {crumbs.map((crumb, index) => (
          <li key={crumb.href ?? index} className="min-w-0">
            {index > 0 && (
              <span aria-hidden className="text-ink-muted mr-1.5">
                /
              </span>
            )}
            {crumb.href ? (
              <Link href={crumb.href} className="text-accent hover:underline">
                <bdi>{crumb.label}</bdi>
              </Link>
            ) : (
              <span aria-current={index === crumbs.length - 1 ? 'page' : undefined} className="font-semibold">
                <bdi>{crumb.label}</bdi>
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
