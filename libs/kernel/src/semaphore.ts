import { DomainError } from './domain-error';

export interface SemaphoreOptions {
  /** So many may work at once. */
  permits: number;
  /** So many more may wait; the next one is refused at once. Any number by default. */
  maxQueued?: number;
  /** Who waited so long is refused. Nobody by default. */
  maxWaitMs?: number;
  /** What who is refused is told. */
  refusal?: (retryAfterSeconds: number) => DomainError;
}

interface Waiter {
  admit(): void;
}

/** Lets a bounded number work at once, and a bounded number wait for their turn in the order of their arrival. */
export class Semaphore {
  private active = 0;
  private readonly queue = new Set<Waiter>();

  constructor(private readonly options: SemaphoreOptions) {}

  get isIdle(): boolean {
    return this.active === 0 && this.queue.size === 0;
  }

  /**
   * @throws DomainError `unavailable` with `retryAfterSeconds` when the queue is full or the wait too long.
   * @throws the signal's reason when it fires during the wait.
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    await this.enter(signal);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private enter(signal?: AbortSignal): Promise<void> {
    if (this.active < this.options.permits) {
      this.active++;
      return Promise.resolve();
    }
    const { maxQueued = Infinity, maxWaitMs } = this.options;
    if (this.queue.size >= maxQueued) return Promise.reject(this.refusal());
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        this.queue.delete(waiter);
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        outcome();
      };
      const waiter: Waiter = { admit: () => settle(resolve) };
      const abort = (): void => settle(() => reject(signal?.reason as Error));
      const refuse = () => settle(() => reject(this.refusal()));
      const timer = maxWaitMs === undefined ? undefined : setTimeout(refuse, maxWaitMs);
      signal?.addEventListener('abort', abort);
      this.queue.add(waiter);
    });
  }

  /** Hands the permit to the next in the queue, so that no newcomer can overtake it. */
  private leave(): void {
    const [next] = this.queue;
    if (next) next.admit();
    else this.active--;
  }

  private refusal(): DomainError {
    const retryAfterSeconds = Math.max(1, Math.ceil((this.options.maxWaitMs ?? 0) / 1000));
    if (this.options.refusal) return this.options.refusal(retryAfterSeconds);
    return new DomainError('unavailable', 'Too much is asked for at this moment; try again soon.', {
      retryAfterSeconds,
    });
  }
}

/** A {@link Semaphore} for each key. Keys that nobody uses cost nothing. */
export class KeyedSemaphore {
  private readonly semaphores = new Map<string, Semaphore>();

  constructor(private readonly options: SemaphoreOptions) {}

  /** How many keys are in use. */
  get size(): number {
    return this.semaphores.size;
  }

  /** As {@link Semaphore.run}. */
  async run<T>(key: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const semaphore = this.semaphores.get(key) ?? new Semaphore(this.options);
    this.semaphores.set(key, semaphore);
    try {
      return await semaphore.run(work, signal);
    } finally {
      if (semaphore.isIdle) this.semaphores.delete(key);
    }
  }
}
