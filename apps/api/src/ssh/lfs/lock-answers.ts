import { alreadyLocked, type LfsLockFacts, type LockPage } from '@granary/forge';
import type { TransferAnswer } from '@granary/wire';

/** A lock as the arguments of an answer. The client wants all four. */
function lockArguments({ id, path, ownerName, lockedAt }: LfsLockFacts): string[] {
  return [`id=${id}`, `path=${path}`, `ownername=${ownerName}`, `locked-at=${lockedAt.toISOString()}`];
}

export function lockAnswer({ lock, isNew }: { lock: LfsLockFacts; isNew: boolean }): TransferAnswer {
  const args = lockArguments(lock);
  if (isNew) return { status: 201, args };
  return { status: 409, args, lines: [alreadyLocked(lock)] };
}

export function unlockAnswer(lock: LfsLockFacts): TransferAnswer {
  return { status: 200, args: lockArguments(lock) };
}

export function lockListAnswer({ locks, nextCursor }: LockPage, ownUserId: number): TransferAnswer {
  const lines = locks.flatMap(({ id, path, ownerName, ownerUserId, lockedAt }) => [
    `lock ${id}`,
    `path ${id} ${path}`,
    `locked-at ${id} ${lockedAt.toISOString()}`,
    `ownername ${id} ${ownerName}`,
    `owner ${id} ${ownerUserId === ownUserId ? 'ours' : 'theirs'}`,
  ]);
  return { status: 200, args: nextCursor === null ? [] : [`next-cursor=${nextCursor}`], lines };
}
