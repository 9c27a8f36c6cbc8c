import type { Pack } from './packs';

/** Each pack left alone is at least so many times as large as the next smaller one. */
const FACTOR = 2;

/**
 * Which packs become one, so that the sizes of all form a geometric progression: their number then grows with the
 * logarithm of the repository's size, and a byte is rewritten only when what it lies in has doubled
 * (git-repack(1), `--geometric`; here by bytes, which the file system tells, instead of objects).
 *
 * @returns none, or at least two, the smallest first. Never a kept or a cruft pack.
 */
export function chooseRollUp(packs: readonly Pack[]): Pack[] {
  const sorted = packs
    .filter(({ isKept, isCruft }) => !isKept && !isCruft)
    .sort((a, b) => a.sizeBytes - b.sizeBytes || a.name.localeCompare(b.name));
  const size = (at: number): number => sorted[at]?.sizeBytes ?? 0;
  let end = sorted.length - 1;
  while (end > 0 && size(end) >= FACTOR * size(end - 1)) end--;
  if (end <= 0) return [];
  // The larger of the first pair that breaks the progression belongs to it as well.
  end++;
  let total = sorted.slice(0, end).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  while (end < sorted.length && size(end) < FACTOR * total) total += size(end++);
  return sorted.slice(0, end);
}
