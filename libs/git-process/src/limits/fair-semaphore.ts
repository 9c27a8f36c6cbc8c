import { DomainError, type SemaphoreOptions } from '@granary/kernel';

/** Nobody waits without a bound where strangers ask, too. */
export type FairSemaphoreOptions = SemaphoreOptions & Required<Pick<SemaphoreOptions, 'maxQueued' | 'maxWaitMs'>>;

/** Who asks for a place. */
export interface Claimant {
  /** All who share one share: an account, or a block of addresses. */
  share: string;
  /** Those come first, and a part of the places is kept for them. */
  isSignedIn: boolean;
  /** Work that is soon done comes before work that takes its time. */
  isSmall?: boolean;
}

/** @param leave gives the place back before the work is over. */
export type Work<T> = (leave: () => void) => Promise<T>;

interface Waiter {
  claimant: Claimant;
  admit(): void;
  refuse(): void;
}

/** Of all permits, and of the queue. Whoever has nothing to prove who they are leaves a quarter to those who have. */
const ANONYMOUS_PART = 3 / 4;
const BLOCK_PART = 1 / 2;
/** Not even an account's own jobs may shut everybody else out. */
const ACCOUNT_PART = 3 / 4;

const partOf = (count: number, part: number) => Math.max(1, Math.ceil(count * part));

/** How many of a kind of claimants, counted by share. */
class Tally {
  private readonly shares = new Map<string, number>();
  private anonymous = 0;
  total = 0;

  of(share: string): number {
    return this.shares.get(share) ?? 0;
  }

  add({ share, isSignedIn }: Claimant, count: 1 | -1): void {
    this.total += count;
    if (!isSignedIn) this.anonymous += count;
    const now = this.of(share) + count;
    if (now > 0) this.shares.set(share, now);
    else this.shares.delete(share);
  }

  /** Whether one more fits into `most` and into the claimant's part of it. */
  fits({ share, isSignedIn }: Claimant, most: number): boolean {
    if (this.total >= most) return false;
    if (this.of(share) >= partOf(most, isSignedIn ? ACCOUNT_PART : BLOCK_PART)) return false;
    return isSignedIn || this.anonymous < partOf(most, ANONYMOUS_PART);
  }
}

/**
 * Lets a bounded number work at once and a bounded number wait, and sees to it that nobody takes all: signed-in clients
 * come before anonymous ones, small work before large, and whoever holds few places before whoever holds many.
 */
export class FairSemaphore {
  private readonly working = new Tally();
  private readonly queued = new Tally();
  /** In the order of arrival. */
  private readonly queue = new Set<Waiter>();
  private isClosing = false;

  constructor(private readonly options: FairSemaphoreOptions) {}

  get isIdle(): boolean {
    return this.working.total === 0 && this.queue.size === 0;
  }

  /** How many work and how many wait. */
  get load(): { active: number; waiting: number } {
    return { active: this.working.total, waiting: this.queue.size };
  }

  /**
   * @throws DomainError `unavailable` with `retryAfterSeconds` when the queue, or the claimant's part of it, is full or
   *   the wait too long.
   * @throws the signal's reason when it fires during the wait.
   */
  async run<T>(claimant: Claimant, work: Work<T>, signal?: AbortSignal): Promise<T> {
    const leave = await this.enter(claimant, signal);
    try {
      return await work(leave);
    } finally {
      leave();
    }
  }

  /** As {@link run}, for work whose end is told by a call of what is returned. */
  async enter(claimant: Claimant, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    const free = this.tryEnter(claimant);
    if (free) return free;
    if (!this.isClosing && this.queued.fits(claimant, this.options.maxQueued)) await this.wait(claimant, signal);
    else throw this.refusal();
    return this.place(claimant);
  }

  /** A place, if one is free; null where the claimant would have to wait. */
  tryEnter(claimant: Claimant): (() => void) | null {
    if (!this.working.fits(claimant, this.options.permits)) return null;
    this.working.add(claimant, 1);
    return this.place(claimant);
  }

  /** What gives a place back, to be called once or more. */
  private place(claimant: Claimant): () => void {
    let isHeld = true;
    return () => {
      if (isHeld) this.leave(claimant);
      isHeld = false;
    };
  }

  private wait(claimant: Claimant, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        this.queue.delete(waiter);
        this.queued.add(claimant, -1);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        outcome();
      };
      const admit = (): void => {
        this.working.add(claimant, 1);
        settle(resolve);
      };
      const refuse = (): void => settle(() => reject(this.refusal()));
      const waiter: Waiter = { claimant, admit, refuse };
      const abort = (): void => settle(() => reject(signal?.reason as Error));
      const timer = setTimeout(refuse, this.options.maxWaitMs);
      signal?.addEventListener('abort', abort);
      this.queue.add(waiter);
      this.queued.add(claimant, 1);
    });
  }

  /** Nobody waits any more: who works may go on, the rest is refused at once. */
  close(): void {
    this.isClosing = true;
    for (const { refuse } of this.queue) refuse();
  }

  private leave(claimant: Claimant): void {
    this.working.add(claimant, -1);
    for (let next = this.next(); next; next = this.next()) next.admit();
  }

  /** Of those who may work now, whose turn it is. */
  private next(): Waiter | undefined {
    let best: Waiter | undefined;
    for (const waiter of this.queue) {
      if (!this.working.fits(waiter.claimant, this.options.permits)) continue;
      if (!best || this.goesBefore(waiter.claimant, best.claimant)) best = waiter;
    }
    return best;
  }

  private goesBefore(one: Claimant, other: Claimant): boolean {
    if (one.isSignedIn !== other.isSignedIn) return one.isSignedIn;
    if (Boolean(one.isSmall) !== Boolean(other.isSmall)) return Boolean(one.isSmall);
    return this.working.of(one.share) < this.working.of(other.share);
  }

  private refusal(): DomainError {
    if (this.isClosing) return shuttingDown();
    const retryAfterSeconds = Math.max(1, Math.ceil(this.options.maxWaitMs / 1000));
    if (this.options.refusal) return this.options.refusal(retryAfterSeconds);
    return new DomainError('unavailable', 'Too many Git operations are running; try again in a moment', {
      retryAfterSeconds,
    });
  }
}

const RESTART_SECONDS = 10;

function shuttingDown(): DomainError {
  return new DomainError('unavailable', 'The hub is restarting; try again in a moment', {
    retryAfterSeconds: RESTART_SECONDS,
  });
}

/** A {@link FairSemaphore} for each key. Keys that nobody uses cost nothing. */
export class KeyedFairSemaphore {
  private readonly semaphores = new Map<string, FairSemaphore>();
  private isClosing = false;

  constructor(private readonly options: FairSemaphoreOptions) {}

  /** As {@link FairSemaphore.run}. */
  async run<T>(key: string, claimant: Claimant, work: Work<T>, signal?: AbortSignal): Promise<T> {
    const semaphore = this.semaphores.get(key) ?? new FairSemaphore(this.options);
    this.semaphores.set(key, semaphore);
    if (this.isClosing) semaphore.close();
    try {
      return await semaphore.run(claimant, work, signal);
    } finally {
      if (semaphore.isIdle) this.semaphores.delete(key);
    }
  }

  /** As {@link FairSemaphore.close}, for every key. */
  close(): void {
    this.isClosing = true;
    for (const semaphore of this.semaphores.values()) semaphore.close();
  }
}
