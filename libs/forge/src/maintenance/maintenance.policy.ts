import { DAY_MS, HOUR_MS, MIB } from '@granary/kernel';
import type { StorageFacts } from '@granary/git-process';

/** In the order in which they are done. */
export const MAINTENANCE_TASKS = [
  'sweep-stale',
  'settle-limbo',
  'pack-refs',
  'full-repack',
  'roll-up',
  'commit-graph',
] as const;
export type MaintenanceTask = (typeof MAINTENANCE_TASKS)[number];

export interface MaintenanceHistory {
  pushesSinceRun: number;
  lastFullAt: Date | null;
  /** Bytes of all packs right after it. */
  fullSizeBytes: number;
}

/** A full repack rewrites everything; between two of them roll-ups do. */
const FULL_EVERY_MS = 7 * DAY_MS;
/** Earlier when so much came that deltas across packs and better bitmaps pay. */
const FULL_AFTER_GROWTH = { factor: 1.5, leastBytes: 16 * MIB };
/** What was unreachable at one full repack can be dropped by the one two weeks later. */
const EXPIRE_AFTER_MS = 14 * DAY_MS;
const LIMBO_MS = HOUR_MS;
const MANY_LOOSE_OBJECTS = 100;
const MANY_LOOSE_REFS = 50;

/** So many pushes make a run due at once; fewer wait for {@link REST_MS}. */
export const PUSHES_UNTIL_DUE = 20;
export const BYTES_UNTIL_DUE = 64 * MIB;
/** How long a repository with a few pushes waits for more of them. */
export const REST_MS = HOUR_MS;

/** What a repository needs now. A purely local decision: nothing is asked, nothing is done. */
export function planMaintenance(
  facts: StorageFacts,
  history: MaintenanceHistory,
  { now, full = false }: { now: Date; full?: boolean },
): MaintenanceTask[] {
  const isEmpty = facts.packCount === 0 && facts.looseObjectCount === 0 && !facts.hasCruft;
  const repacksFully = !isEmpty && (full || isFullDue(facts, history, now));
  const rollsUp =
    facts.rollUpCount > 0 || facts.looseObjectCount >= MANY_LOOSE_OBJECTS || (!facts.hasBitmap && facts.packCount > 0);
  const needed: Record<MaintenanceTask, boolean> = {
    'sweep-stale': true,
    'settle-limbo': facts.hasLimbo,
    'pack-refs': facts.looseRefCount >= MANY_LOOSE_REFS,
    'full-repack': repacksFully,
    'roll-up': !repacksFully && !isEmpty && rollsUp,
    'commit-graph': !isEmpty && (repacksFully || history.pushesSinceRun > 0 || !facts.hasCommitGraph),
  };
  return MAINTENANCE_TASKS.filter((task) => needed[task]);
}

function isFullDue(facts: StorageFacts, { lastFullAt, fullSizeBytes }: MaintenanceHistory, now: Date): boolean {
  // A single pack of a first push is as good as a full repack would make it.
  if (lastFullAt === null) return facts.packCount > 1 || facts.looseObjectCount >= MANY_LOOSE_OBJECTS;
  const ageMs = now.getTime() - lastFullAt.getTime();
  if (facts.hasCruft && ageMs >= EXPIRE_AFTER_MS) return true;
  if (facts.keptUntil && facts.keptUntil <= now && ageMs >= FULL_EVERY_MS) return true;
  if (facts.packCount <= 1) return false;
  const { factor, leastBytes } = FULL_AFTER_GROWTH;
  return ageMs >= FULL_EVERY_MS || facts.packBytes >= Math.max(factor * fullSizeBytes, fullSizeBytes + leastBytes);
}

/** When a repository needs a run though nobody pushes; null: never. `facts` are those after a run. */
export function nextDueAt(facts: StorageFacts, lastFullAt: Date | null, now: Date): Date | null {
  const times: number[] = [];
  if (facts.hasLimbo) times.push(now.getTime() + LIMBO_MS);
  if (lastFullAt && facts.hasCruft) times.push(lastFullAt.getTime() + EXPIRE_AFTER_MS);
  if (lastFullAt && facts.keptUntil) {
    times.push(Math.max(facts.keptUntil.getTime(), lastFullAt.getTime() + FULL_EVERY_MS));
  }
  if (lastFullAt && facts.packCount > 1) times.push(lastFullAt.getTime() + FULL_EVERY_MS);
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}

/** After a failure: an hour, then twice as long each time, at most a day. */
export function retryAt(failures: number, now: Date): Date {
  return new Date(now.getTime() + Math.min(DAY_MS, HOUR_MS * 2 ** Math.max(0, failures - 1)));
}
