import type { QuotaClass, QuotaUsage } from '@granary/api-contract';
import { countOf, formatBytes, formatCount } from './text/quantity';

export type Measure = keyof QuotaClass;
export type StorageClass = 'public' | 'private';

export const MEASURES: Measure[] = ['git', 'lfs', 'repositories'];
export const MEASURE_LABELS: Record<Measure, string> = {
  git: 'Git data',
  lfs: 'LFS files',
  repositories: 'Repositories',
};

function amount(measure: Measure, value: number): string {
  return measure === 'repositories' ? formatCount(value) : formatBytes(value);
}

/** `9.8 GiB of 10 GiB used`, or `9.8 GiB used, no limit`. */
export function usageText(measure: Measure, { used, limit }: QuotaUsage): string {
  if (limit === null) return `${amount(measure, used)} used, no limit`;
  return `${amount(measure, used)} of ${amount(measure, limit)} used`;
}

/** What else is behind the number, each as a sentence's part. */
export function usageDetails(measure: Measure, { deleted, reserved, limit, source }: QuotaUsage): string[] {
  return [
    ...(deleted > 0 ? [`${amount(measure, deleted)} of it in deleted repositories`] : []),
    ...(reserved > 0
      ? [`${amount(measure, reserved)} reserved by ${measure === 'lfs' ? 'uploads' : 'pushes'} under way`]
      : []),
    ...(limit !== null && source === 'default' ? ['the hub’s default limit'] : []),
  ];
}

/** How much of a limit is taken, in percent from 0 to 100; null without one. */
export function sharesOf({ used, reserved, limit }: QuotaUsage): { used: number; reserved: number } | null {
  if (limit === null) return null;
  if (limit === 0) return { used: used > 0 ? 100 : 0, reserved: 0 };
  const share = Math.min(100, (used / limit) * 100);
  return { used: share, reserved: Math.min(100 - share, (reserved / limit) * 100) };
}

export interface QuotaWarning {
  key: string;
  full: boolean;
  text: string;
}

/** A sentence for each limit of which 80 % or more are used. */
export function quotaWarnings(storageClass: StorageClass, quota: QuotaClass): QuotaWarning[] {
  return MEASURES.flatMap((measure) => {
    const usage = quota[measure];
    if (!usage.warning || usage.limit === null) return [];
    const percent = usage.limit === 0 ? 100 : Math.floor((usage.used / usage.limit) * 100);
    const what =
      measure === 'repositories'
        ? `${countOf(usage.used, `${storageClass} repository`, `${storageClass} repositories`)} of ${formatCount(usage.limit)}`
        : `${percent} % of the limit for ${measure === 'git' ? `the Git data of ${storageClass} repositories` : `${storageClass} LFS files`} used`;
    return [
      {
        key: `${storageClass}-${measure}`,
        full: usage.full,
        text: usage.full ? `${what}: nothing more fits.` : `${what}.`,
      },
    ];
  });
}
