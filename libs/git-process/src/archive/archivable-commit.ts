const IDENT = /^((?:author|committer) .*>)(.*)$/s;
const DATE = /^\s*(\d+)\s*(?:([+-])(\d+))?/;
const NEGATIVE = /^\s*-\d/;
const MAX_TIME = 2n ** 63n - 1n;

/**
 * The commit as git can archive it: `git archive` dies of dates whose local time lies before 1970 or after all clocks
 * (`0 -0500`) as soon as a file tells one by `export-subst`, and takes a negative date for one in the far future. Such
 * a zone becomes UTC, so that the moment stays right, and such a date is left out; all else stays byte for byte.
 *
 * @param commit the object's content; what is not in the header may be cut.
 * @returns null where git can archive the commit as it is.
 * @see git's date.c, `gm_time_t`; pretty.c, `show_ident_date`.
 */
export function archivableCommit(commit: Buffer): Buffer | null {
  const blank = commit.indexOf('\n\n');
  const end = blank < 0 ? commit.length : blank;
  const header = commit.toString('latin1', 0, end);
  const mended = header.split('\n').map(mendedLine).join('\n');
  return mended === header ? null : Buffer.concat([Buffer.from(mended, 'latin1'), commit.subarray(end)]);
}

function mendedLine(line: string): string {
  const [, who, date = ''] = IDENT.exec(line) ?? [];
  if (who === undefined) return line;
  if (NEGATIVE.test(date)) return who;
  const [, digits, sign, zone] = DATE.exec(date) ?? [];
  if (digits === undefined || zone === undefined) return line;
  const seconds = BigInt(digits);
  // What no clock tells is 1970 to git already, whatever the zone.
  const local = seconds + zoneSeconds(zone) * (sign === '-' ? -1n : 1n);
  return seconds > MAX_TIME || (local >= 0n && local <= MAX_TIME) ? line : `${who} ${digits} +0000`;
}

/** As git reads it: the last two digits are minutes, however many there are; what no `int` holds is UTC. */
function zoneSeconds(digits: string): bigint {
  const zone = BigInt(digits);
  return zone >= 2n ** 31n - 1n ? 0n : ((zone / 100n) * 60n + (zone % 100n)) * 60n;
}
