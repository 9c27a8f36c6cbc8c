import { Panel } from './panel';

const WIDTHS = ['w-1/3', 'w-1/2', 'w-2/5', 'w-1/4', 'w-3/5'];

/** Rows to come, while a list is on its way. */
export function RowsSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <Panel>
      <div role="status" className="divide-line divide-y">
        <span className="sr-only">Loading…</span>
        {Array.from({ length: rows }, (_, row) => (
          <div key={row} aria-hidden className="skeleton space-y-2 px-4 py-4">
            <div className={`bg-hover h-3.5 rounded ${WIDTHS[row % WIDTHS.length]}`} />
            <div className={`bg-hover h-3 rounded ${WIDTHS[(row + 2) % WIDTHS.length]}`} />
          </div>
        ))}
      </div>
    </Panel>
  );
}
