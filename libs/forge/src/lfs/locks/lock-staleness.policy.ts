import { DAY_MS } from '@granary/kernel';

/** So long without a push, a lock is more likely forgotten than held. */
export const IDLE_DAYS = 30;
/** A file that is yet to come is locked before its first push; after a day it should be there. */
const MISSING_AFTER_DAYS = 1;

export type StaleReason = 'no_access' | 'missing' | 'idle';
export interface Staleness {
  reason: StaleReason;
  /** For people: what makes the lock look forgotten. */
  message: string;
}

export interface LockCircumstances {
  lockedAt: Date;
  ownerName: string;
  ownerMayWrite: boolean;
  /** When its owner last pushed to the repository, whatever it was. */
  ownerPushedAt: Date | null;
  /** Whether the tip of some branch has the file; null where nobody looked. */
  fileExists: boolean | null;
}

/** A hint that a lock looks forgotten, or null. It decides nothing: some are held for months with good reason. */
export function stalenessOf(lock: LockCircumstances, now: Date): Staleness | null {
  if (!lock.ownerMayWrite) return { reason: 'no_access', message: `${lock.ownerName} may not write here any more.` };
  if (isMissing(lock, now)) return { reason: 'missing', message: 'No branch has a file at this path.' };
  const lastSeen = Math.max(lock.lockedAt.getTime(), lock.ownerPushedAt?.getTime() ?? 0);
  if (now.getTime() - lastSeen < IDLE_DAYS * DAY_MS) return null;
  return { reason: 'idle', message: `${lock.ownerName} has pushed nothing here for ${IDLE_DAYS} days or more.` };
}

function isMissing({ lockedAt, fileExists }: LockCircumstances, now: Date): boolean {
  return fileExists === false && now.getTime() - lockedAt.getTime() >= MISSING_AFTER_DAYS * DAY_MS;
}
