import type { LfsCollectionReport } from '@granary/api-contract';
import { countOf, formatBytes } from './text/quantity';

/** One sentence or two about a run. */
export function collectionText(report: LfsCollectionReport): string {
  const { outcome, dry_run, collected, restored, purged, undelete_days } = report;
  if (outcome === 'failed') return report.error ?? 'It failed, and nothing was collected.';
  if (outcome !== 'done') return 'It was stopped before its end.';
  const parts: string[] = [];
  if (collected.count > 0) {
    const what = `${countOf(collected.count, 'object')} (${formatBytes(collected.bytes)})`;
    parts.push(
      dry_run
        ? `${what} would go into the trash; ${formatBytes(collected.storage_bytes)} of the store would be free after it`
        : `${what} went into the trash for ${countOf(undelete_days, 'day')}`,
    );
  }
  if (restored > 0) parts.push(`${countOf(restored, 'object')} came back, being named again`);
  if (purged > 0) parts.push(`${countOf(purged, 'object')} left the trash for good`);
  return parts.length > 0 ? `${parts.join('. ')}.` : 'everything here is named by something.';
}
