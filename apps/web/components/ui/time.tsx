import { requestTime } from '@/lib/request-time';
import { formatExact, formatRelative, parseMoment } from '@/lib/text/moment';

/** A moment as a reader thinks of it, with the exact one as its title. */
export function Time({ at, className }: { at: string; className?: string }) {
  const moment = parseMoment(at);
  if (!moment) return <span className={className}>an unknown date</span>;
  return (
    <time dateTime={moment.toISOString()} title={formatExact(moment)} className={className}>
      {formatRelative(moment, requestTime())}
    </time>
  );
}
