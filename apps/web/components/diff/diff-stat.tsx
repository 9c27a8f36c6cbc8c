import { formatCount } from '@/lib/text/quantity';

export function DiffStat({ additions, deletions }: { additions: number; deletions: number }) {
  if (additions + deletions === 0) return null;
  return (
    <span className="shrink-0 font-mono text-[0.8125rem] tabular-nums">
      <span className="text-success">
        +{formatCount(additions)}
        <span className="sr-only"> added</span>
      </span>{' '}
      <span className="text-danger">
        −{formatCount(deletions)}
        <span className="sr-only"> deleted</span>
      </span>
    </span>
  );
}
