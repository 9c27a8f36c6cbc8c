/** Lines `first` to `last` of a file, counted from 1; both included. */
export interface LineRange {
  first: number;
  last: number;
}

/** Reads `#L10`, `#L10-L20`, and the forms `10`, `10-20` that people type; null for anything else. */
export function parseLineRange(text: string): LineRange | null {
  const match = /^#?L?(\d{1,7})(?:-L?(\d{1,7}))?$/i.exec(text.trim());
  if (!match) return null;
  const [from, to] = [Number(match[1]), Number(match[2] ?? match[1])];
  return from === 0 || to === 0 ? null : { first: Math.min(from, to), last: Math.max(from, to) };
}

export function formatLineRange({ first, last }: LineRange): string {
  return first === last ? `#L${first}` : `#L${first}-L${last}`;
}

/** The range from the line where a selection began (`anchor`) to `line`, whichever comes first. */
export function rangeBetween(anchor: number, line: number): LineRange {
  return { first: Math.min(anchor, line), last: Math.max(anchor, line) };
}
