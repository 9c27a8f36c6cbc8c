import { DAY_MS, SECOND_MS } from '@granary/kernel';

/** From the first value on, and below the second; infinite where it is open. Times are milliseconds since 1970. */
export interface Range {
  from: number;
  below: number;
}

/**
 * `>5`, `>=5`, `<5`, `<=5`, `2..5`, `2..*`, `*..5` and `5`, in whole numbers. Null for what is none of them.
 *
 * @see GitHub, "Understanding the search syntax".
 */
export function numberRange(text: string): Range | null {
  return rangeOf(text, (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : null;
    return number === null ? null : { from: number, below: number + 1 };
  });
}

/** As {@link numberRange}, in days (`2026-03-01`) and moments (`2026-03-01T12:00:00Z`); a day is all of it, in UTC. */
export function dateRange(text: string): Range | null {
  return rangeOf(text, (value) => {
    const isDay = /^\d{4}-\d\d-\d\d$/.test(value);
    const isMoment = /^\d{4}-\d\d-\d\dt\d\d:\d\d(:\d\d)?(z|[+-]\d\d:\d\d)$/i.test(value);
    const at = isDay || isMoment ? Date.parse(value.toUpperCase()) : NaN;
    return Number.isNaN(at) ? null : { from: at, below: at + (isDay ? DAY_MS : SECOND_MS) };
  });
}

function rangeOf(text: string, read: (value: string) => Range | null): Range | null {
  const [, operator = '', value = ''] = /^([<>]=?)?(.*)$/s.exec(text) ?? [];
  const [first = '', second, ...more] = value.split('..');
  if (second !== undefined) return operator === '' && more.length === 0 ? between(first, second, read) : null;
  const one = read(first);
  if (!one) return null;
  if (operator === '') return one;
  if (operator.startsWith('>')) return { from: operator === '>' ? one.below : one.from, below: Infinity };
  return { from: -Infinity, below: operator === '<' ? one.from : one.below };
}

function between(first: string, second: string, read: (value: string) => Range | null): Range | null {
  const lower = first === '*' ? -Infinity : read(first)?.from;
  const upper = second === '*' ? Infinity : read(second)?.below;
  return lower === undefined || upper === undefined ? null : { from: lower, below: upper };
}
