/** A person and a moment, as a commit or tag records them. */
export interface Ident {
  name: string;
  email: string;
  /**
   * Seconds since 1970-01-01T00:00:00Z, between the years 1 and 9999: beyond, ISO 8601 has no four digits for the year.
   * 0 where no date can be read.
   */
  epochSeconds: number;
  /** `+hhmm` or `-hhmm`; `+0000` where none can be read, or no clock has it. */
  timeZone: string;
}

/** What a program takes for a date at most, and at least. */
const MAX_EPOCH_SECONDS = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
const MIN_EPOCH_SECONDS = Date.parse('0001-01-01T00:00:00Z') / 1000;
/** No clock is further from Greenwich. */
const MAX_ZONE_MINUTES = 14 * 60;

/** `@` stands before the date in what one version of git-rebase(1) wrote. */
const DATE = /^\s*@?(-?\d+)(?:\s*([+-]\d+))?/;
const DATE_AT_END = /(?:^|\s)(-?\d+\s+[+-]+\d+|-?\d{6,})\s*$/;
/** A line may be megabytes long, and its date is not sought in all of them. */
const MAX_DATE_LENGTH = 100;

/**
 * Reads `Name <email> 1700000000 +0100`, and whatever else stands in old histories: any part may be missing, doubled or
 * unreadable, and every text has an answer. Where there is no address, all but the date is the name.
 *
 * @see git-commit-tree(1), "Commit Information".
 */
export function parseIdent(text: string): Ident {
  const open = text.indexOf('<');
  // A stray ">" inside the address must not hide the date: git looks for it behind the last one.
  const last = text.lastIndexOf('>');
  const isMarked = open >= 0 && last > open;
  const end = isMarked ? last + 1 : dateStart(text);
  const who = text.slice(0, end);
  const date = DATE.exec(text.slice(end));
  return {
    name: (open < 0 ? who : who.slice(0, open)).trimEnd(),
    email: open < 0 ? '' : addressIn(who.slice(open)),
    epochSeconds: clampedSeconds(date?.[1] ?? '0'),
    timeZone: clockZone(date?.[2]),
  };
}

function dateStart(text: string): number {
  const tail = text.slice(-MAX_DATE_LENGTH);
  return text.length - tail.length + (DATE_AT_END.exec(tail)?.index ?? tail.length);
}

/** What stands in `<a@b>`, or in what is left of it. */
function addressIn(marked: string): string {
  const inner = marked.replace(/^<+/, '');
  const close = inner.indexOf('>');
  return close < 0 ? inner.trim() : inner.slice(0, close);
}

function clampedSeconds(digits: string): number {
  return Math.min(Math.max(Number(digits), MIN_EPOCH_SECONDS), MAX_EPOCH_SECONDS);
}

/** `-700` is seven hours: the last two digits are the minutes. */
function clockZone(text: string | undefined): string {
  const [, sign = '+', digits = '0'] = /^([+-])(\d+)$/.exec(text ?? '') ?? [];
  const [hours, minutes] = [Number(digits.slice(0, -2)), Number(digits.slice(-2))];
  const isClock = minutes < 60 && hours * 60 + minutes <= MAX_ZONE_MINUTES;
  return isClock ? `${sign}${two(hours)}${two(minutes)}` : '+0000';
}

/**
 * The moment in ISO 8601 with its zone, `2023-11-14T23:13:20+01:00`; with UTC where the zone's calendar would leave the
 * years 1 to 9999. Every program can read it.
 */
export function isoDate({ epochSeconds, timeZone }: Pick<Ident, 'epochSeconds' | 'timeZone'>): string {
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d\d)(\d\d)$/.exec(timeZone) ?? [];
  const zoneSeconds = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60);
  const localSeconds = epochSeconds + zoneSeconds;
  const isTold = localSeconds >= MIN_EPOCH_SECONDS && localSeconds <= MAX_EPOCH_SECONDS;
  const shown = new Date((isTold ? localSeconds : epochSeconds) * 1000).toISOString().slice(0, 19);
  return `${shown}${isTold ? `${sign}${hours}:${minutes}` : '+00:00'}`;
}

const two = (n: number): string => String(n).padStart(2, '0');
