import { availableParallelism } from 'node:os';
import { FairSemaphore, KeyedFairSemaphore, type Claimant } from './fair-semaphore';

export type LimitedOperation = 'upload-pack' | 'receive-pack';

export interface OperationLimit {
  perRepository: number;
  overall: number;
}

export interface GitLimitsOptions {
  limits?: Partial<Record<LimitedOperation, OperationLimit>>;
  /** How long an operation waits for its turn. 10 s by default. */
  maxWaitMs?: number;
}

const OVERALL = 8 * availableParallelism();

const DEFAULTS: Record<LimitedOperation, OperationLimit> = {
  'upload-pack': { perRepository: 20, overall: Math.max(40, OVERALL) },
  'receive-pack': { perRepository: 5, overall: Math.max(20, OVERALL) },
};

/** Of packs that are there already; each holds half a mebibyte in memory. */
const MAX_SENDING = 200;

/** How many more may wait for each one that works. */
const QUEUE_FACTOR = 4;

/** Bounds how much git runs at once, for each repository and for the whole process, fairly among clients. */
export class GitLimits {
  private readonly gates: Record<LimitedOperation, { byRepository: KeyedFairSemaphore; overall: FairSemaphore }>;

  private readonly sending = new FairSemaphore({ permits: MAX_SENDING, maxQueued: 0, maxWaitMs: 0 });

  constructor(options: GitLimitsOptions = {}) {
    const maxWaitMs = options.maxWaitMs ?? 10_000;
    const bounded = (permits: number) => ({ permits, maxQueued: QUEUE_FACTOR * permits, maxWaitMs });
    const gate = (operation: LimitedOperation) => {
      const { perRepository, overall } = { ...DEFAULTS, ...options.limits }[operation];
      return {
        byRepository: new KeyedFairSemaphore(bounded(perRepository)),
        overall: new FairSemaphore(bounded(overall)),
      };
    };
    this.gates = { 'upload-pack': gate('upload-pack'), 'receive-pack': gate('receive-pack') };
  }

  /** As {@link FairSemaphore.close}. */
  close(): void {
    for (const { byRepository, overall } of Object.values(this.gates)) {
      byRepository.close();
      overall.close();
    }
  }

  /** How much of each operation runs and waits in the whole process. */
  load(): Record<LimitedOperation, { active: number; waiting: number }> {
    return {
      'upload-pack': this.gates['upload-pack'].overall.load,
      'receive-pack': this.gates['receive-pack'].overall.load,
    };
  }

  /**
   * Runs `work` in its turn. Once no git runs for it any more, `computed` may be called: its place goes to the next one
   * while the client still takes what there is.
   *
   * @throws DomainError `unavailable` with `retryAfterSeconds` when too many wait, or the wait is too long.
   * @throws the signal's reason when it fires during the wait.
   */
  run<T>(
    operation: LimitedOperation,
    options: { repositoryPath: string; claimant: Claimant; signal?: AbortSignal },
    work: (computed: () => void) => Promise<T>,
  ): Promise<T> {
    const { byRepository, overall } = this.gates[operation];
    const { repositoryPath, claimant, signal } = options;
    const inPlace = (...places: (() => void)[]) => this.holding(places, claimant, work);
    return byRepository.run(
      repositoryPath,
      claimant,
      (own) => overall.run(claimant, (common) => inPlace(own, common), signal),
      signal,
    );
  }

  private async holding<T>(places: (() => void)[], claimant: Claimant, work: (computed: () => void) => Promise<T>) {
    const sending: (() => void)[] = [];
    let isOver = false;
    const computed = (): void => {
      const leave = isOver || sending.length > 0 ? null : this.sending.tryEnter(claimant);
      if (!leave) return;
      sending.push(leave);
      for (const place of places) place();
    };
    try {
      return await work(computed);
    } finally {
      isOver = true;
      for (const leave of sending) leave();
    }
  }
}
