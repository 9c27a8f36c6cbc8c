/** A person and a moment, as a commit or tag records them. */
export interface Ident {
  name: string;
  email: string;
  /** Seconds since 1970-01-01T00:00:00Z; 0 where git cannot read the date either. */
  epochSeconds: number;
  /** `+hhmm` or `-hhmm`; `+0000` where git cannot read the date. */
  timeZone: string;
}

/**
 * Reads `Name <email> 1700000000 +0100`. The name may be empty and the date unreadable: both occur in old histories.
 *
 * @returns null when no e-mail address is marked by angle brackets.
 * @see git-commit-tree(1), "Commit Information".
 */
export function parseIdent(text: string): Ident | null {
  const open = text.indexOf('<');
  const close = text.indexOf('>', open + 1);
  if (open < 0 || close < 0) return null;
  // A stray ">" inside the address must not hide the date: git looks for it behind the last one.
  const date = /^\s*(\d+)\s+([+-]\d{4,})/.exec(text.slice(text.lastIndexOf('>') + 1));
  const epochSeconds = Number(date?.[1] ?? 0);
  return {
    name: text.slice(0, open).trimEnd(),
    email: text.slice(open + 1, close),
    epochSeconds: Number.isSafeInteger(epochSeconds) ? epochSeconds : 0,
    timeZone: date?.[2] ?? '+0000',
  };
}
