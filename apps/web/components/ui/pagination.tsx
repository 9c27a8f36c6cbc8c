import { ArrowLeft, ArrowRight } from 'lucide-react';
import { ButtonLink } from './button';

interface PaginationProps {
  page: number;
  hasNext: boolean;
  hrefOf: (page: number) => string;
  /** Lists of commits go from newer to older, not from previous to next. */
  labels?: { previous: string; next: string };
  /** Of the landmark, where a page has two. */
  label?: string;
}

export function Pagination({
  page,
  hasNext,
  hrefOf,
  labels = { previous: 'Previous', next: 'Next' },
  label = 'Pages',
}: PaginationProps) {
  if (page === 1 && !hasNext) return null;
  return (
    <nav aria-label={label} className="mt-5 flex items-center justify-center gap-3">
      {page > 1 && (
        <ButtonLink href={hrefOf(page - 1)} rel="prev" size="small">
          <ArrowLeft aria-hidden />
          {labels.previous}
        </ButtonLink>
      )}
      <span className="text-ink-muted tabular-nums">Page {page}</span>
      {hasNext && (
        <ButtonLink href={hrefOf(page + 1)} rel="next" size="small">
          {labels.next}
          <ArrowRight aria-hidden />
        </ButtonLink>
      )}
    </nav>
  );
}
