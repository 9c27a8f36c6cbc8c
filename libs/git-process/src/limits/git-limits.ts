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

/** How many more may wait for each one that works. */
const QUEUE_FACTOR = 4;

/** Bounds how much git runs at once, for each repository and for the whole process, fairly among clients. */
export class GitLimits {
  private readonly gates: Record<LimitedOperation, { byRepository: KeyedFairSemaphore; overall: FairSemaphore }>;

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

  /** How much of each operation runs and waits in the whole process. */
  load(): Record<LimitedOperation, { active: number; waiting: number }> {
    return {
      'upload-pack': this.gates['upload-pack'].overall.load,
      'receive-pack': this.gates['receive-pack'].overall.load,
    };
  }

  /**
   * Runs `work` in its turn.
   *
   * @throws DomainError `unavailable` with `retryAfterSeconds` when too many wait, or the wait is too long.
   * @throws the signal's reason when it fires during the wait.
   */
  run<T>(
    operation: LimitedOperation,
    options: { repositoryPath: string; claimant: Claimant; signal?: AbortSignal },
    work: () => Promise<T>,
  ): Promise<T> {
    const { byRepository, overall } = this.gates[operation];
    const { repositoryPath, claimant, signal } = options;
    return byRepository.run(repositoryPath, claimant, () => overall.run(claimant, work, signal), signal);
  }
}
