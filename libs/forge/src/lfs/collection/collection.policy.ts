import { isKeptLonger, PROTECTED_DAYS, type ProtectionFacts } from '../../protection';
import type { LoggedCommand } from '../../ref-log';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * No push takes longer between the judge's look at its objects and the move of its refs, and no upload between its
 * publication and its link. What was shown so lately is kept, however short the grace.
 */
export const UNDER_WAY_MS = HOUR_MS;

/** What was shown before this moment, and is named by nothing, may be collected. */
export function collectableBefore(now: Date, graceDays: number): Date {
  return new Date(now.getTime() - Math.max(graceDays * DAY_MS, UNDER_WAY_MS));
}

/** The oldest push that can keep anything. */
export function pushesSince(now: Date, graceDays: number): Date {
  return new Date(Math.min(collectableBefore(now, graceDays).getTime(), now.getTime() - PROTECTED_DAYS * DAY_MS));
}

export function purgeAfter(now: Date, undeleteDays: number): Date {
  return new Date(now.getTime() + undeleteDays * DAY_MS);
}

/** Those pushes that keep what they name: all within the grace, those of protected refs and the default branch longer. */
export function keepingPushes<P extends Pick<LoggedCommand, 'ref' | 'pushedAt'>>(
  pushes: readonly P[],
  facts: { before: Date; protections: readonly ProtectionFacts[]; defaultBranch: string },
): P[] {
  const isKept = isKeptLonger(facts);
  return pushes.filter(({ ref, pushedAt }) => pushedAt >= facts.before || isKept(ref));
}
