/** Dates are shown in UTC: pages are rendered on the server, which does not know its reader's time zone. */
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const EXACT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const RELATIVE = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

const STEPS: { unit: Intl.RelativeTimeFormatUnit; seconds: number; below: number }[] = [
  { unit: 'minute', seconds: 60, below: 3600 },
  { unit: 'hour', seconds: 3600, below: 86_400 },
  { unit: 'day', seconds: 86_400, below: 30 * 86_400 },
];

/** `21 Nov 2026`. */
export function formatDay(moment: Date): string {
  return DAY.format(moment);
}

/** `21 Nov 2026, 09:15 UTC`. */
export function formatExact(moment: Date): string {
  return `${EXACT.format(moment)} UTC`;
}

/** `2026-11-21`, the same for all moments of a day in UTC. */
export function dayKey(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** `5 minutes ago`, `yesterday`, `in 3 days`; beyond thirty days `21 Nov 2026`. */
export function formatRelative(moment: Date, now: Date): string {
  const seconds = (moment.getTime() - now.getTime()) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 60) return seconds <= 0 ? 'just now' : 'in a moment';
  const step = STEPS.find(({ below }) => distance < below);
  if (!step) return formatDay(moment);
  // What has passed counts whole steps; what is to come is rounded, or three days from now would be "in 2 days" at once.
  const steps = seconds / step.seconds;
  return RELATIVE.format(steps < 0 ? Math.trunc(steps) : Math.round(steps), step.unit);
}

/** Git carries dates of any kind of clock; an unreadable one is null and not an exception in the middle of a page. */
export function parseMoment(text: string): Date | null {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
