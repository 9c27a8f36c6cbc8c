import type { QuotaUsage } from '@granary/api-contract';
import { MEASURE_LABELS, sharesOf, usageDetails, usageText, type Measure } from '@/lib/quota-texts';

/** One measure against its limit: the text says all of it, the bar shows it again. */
export function QuotaMeter({ measure, usage }: { measure: Measure; usage: QuotaUsage }) {
  const text = usageText(measure, usage);
  const details = usageDetails(measure, usage);
  return (
    <li className="px-4 py-3">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h3 className="font-medium">{MEASURE_LABELS[measure]}</h3>
        <p className="tabular-nums">{text}</p>
      </div>
      <Bar label={MEASURE_LABELS[measure]} text={text} usage={usage} />
      {details.length > 0 && <p className="text-ink-muted mt-1 text-[0.8125rem]">{details.join(', ')}</p>}
    </li>
  );
}

function Bar({ label, text, usage }: { label: string; text: string; usage: QuotaUsage }) {
  const shares = sharesOf(usage);
  if (!shares) return null;
  const fill = usage.full ? 'fill-danger' : usage.warning ? 'fill-warning' : 'fill-accent';
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(shares.used)}
      aria-valuetext={text}
      className="mt-2"
    >
      <svg aria-hidden className="border-line-strong bg-sunken block h-2.5 w-full rounded-full border">
        <rect width={`${shares.used}%`} height="100%" className={fill} />
        <rect x={`${shares.used}%`} width={`${shares.reserved}%`} height="100%" className="fill-line-strong" />
      </svg>
    </div>
  );
}
