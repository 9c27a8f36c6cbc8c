import type { DiffLine } from '@granary/api-contract';

/** The part of a changed line that differs from its counterpart: characters `start` to `end`, the latter excluded. */
export interface ChangedPart {
  start: number;
  end: number;
}

/** Beyond this a line is data, and its marks would only cost. */
const LONGEST_LINE = 1000;
/** When less than this share of a line is kept, it is another line and not a changed one. */
const LEAST_KEPT = 0.3;

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return isHalved(a, length) || isHalved(b, length) ? length - 1 : length;
}

/** Whether a cut at `at` falls between the two halves of a character: emoji share their first halves. */
function isHalved(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(at - 1)) && /[\udc00-\udfff]/.test(text.charAt(at));
}

function commonSuffix(a: string, b: string, most: number): number {
  let length = 0;
  while (length < most && a[a.length - 1 - length] === b[b.length - 1 - length]) length++;
  return isHalved(a, a.length - length) || isHalved(b, b.length - length) ? length - 1 : length;
}

/** Where two versions of a line differ, or null when they have too little in common. */
export function changedParts(before: string, after: string): { before: ChangedPart; after: ChangedPart } | null {
  if (before.length > LONGEST_LINE || after.length > LONGEST_LINE) return null;
  const prefix = commonPrefix(before, after);
  const suffix = commonSuffix(before, after, Math.min(before.length, after.length) - prefix);
  const kept = before.slice(0, prefix).trim().length + before.slice(before.length - suffix).trim().length;
  if (kept < LEAST_KEPT * Math.max(before.length, after.length)) return null;
  return {
    before: { start: prefix, end: before.length - suffix },
    after: { start: prefix, end: after.length - suffix },
  };
}

/** Pairs a block of deleted lines with the equally long block of added lines after it. By the line's index. */
export function changedPartsOf(lines: DiffLine[]): Map<number, ChangedPart> {
  const parts = new Map<number, ChangedPart>();
  for (let index = 0; index < lines.length;) {
    const deletedEnd = endOfRun(lines, index, 'delete');
    const addedEnd = endOfRun(lines, deletedEnd, 'add');
    const count = deletedEnd - index;
    if (count > 0 && addedEnd - deletedEnd === count) markPairs(lines, parts, { first: index, count });
    index = Math.max(addedEnd, index + 1);
  }
  return parts;
}

function endOfRun(lines: DiffLine[], from: number, kind: DiffLine['kind']): number {
  let end = from;
  while (lines[end]?.kind === kind) end++;
  return end;
}

function markPairs(lines: DiffLine[], parts: Map<number, ChangedPart>, run: { first: number; count: number }): void {
  for (let index = run.first; index < run.first + run.count; index++) {
    const [before, after] = [lines[index], lines[index + run.count]];
    const changed = before && after && changedParts(before.text, after.text);
    if (!changed) continue;
    parts.set(index, changed.before);
    parts.set(index + run.count, changed.after);
  }
}
