const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The waits after each failed try: growing, ten tries over three days (Standard Webhooks, "Deliverability"). */
const WAITS_MS = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  18 * HOUR,
  22 * HOUR,
] as const;
const JITTER = 0.1;
/** A receiver may ask for a longer wait, but not for ever. */
const MOST_ASKED_MS = 24 * HOUR;

export const MAX_ATTEMPTS = WAITS_MS.length + 1;

/**
 * How long to wait before the next try, or null when that was the last.
 *
 * @param attempts tries made so far, the failed one included.
 * @param askedMs what the receiver asked for (`Retry-After`).
 * @param random in [0, 1): spreads the tries of deliveries that failed together by a tenth each way.
 */
export function waitAfter(
  attempts: number,
  { askedMs = 0, random }: { askedMs?: number; random: number },
): number | null {
  const planned = WAITS_MS[attempts - 1];
  if (planned === undefined) return null;
  const spread = Math.round(planned * (1 - JITTER + 2 * JITTER * random));
  return Math.max(spread, Math.min(askedMs, MOST_ASKED_MS));
}

/** `Retry-After` in milliseconds from `now`; 0 when it is absent, past or unreadable (RFC 9110, section 10.2.3). */
export function retryAfterMs(header: string | undefined, now: Date): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECOND;
  const date = Date.parse(header);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now.getTime());
}
