import { Link } from './link';

export interface Crumb {
  label: string;
  /** Left out for the page itself. */
  href?: string;
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
                {crumb.label}
              </Link>
            ) : (
              <span aria-current="page" className="font-semibold">
                {crumb.label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
