import { availableParallelism } from 'node:os';
import { KeyedSemaphore, Semaphore } from './semaphore';

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

/** Bounds how much git runs at once, for each repository and for the whole process. */
export class GitLimits {
  private readonly gates: Record<LimitedOperation, { byRepository: KeyedSemaphore; overall: Semaphore }>;

  constructor(options: GitLimitsOptions = {}) {
    const maxWaitMs = options.maxWaitMs ?? 10_000;
    const bounded = (permits: number) => ({ permits, maxQueued: QUEUE_FACTOR * permits, maxWaitMs });
    const gate = (operation: LimitedOperation) => {
      const { perRepository, overall } = { ...DEFAULTS, ...options.limits }[operation];
      return { byRepository: new KeyedSemaphore(bounded(perRepository)), overall: new Semaphore(bounded(overall)) };
    };
    this.gates = { 'upload-pack': gate('upload-pack'), 'receive-pack': gate('receive-pack') };
  }

  /**
   * Runs `work` in its turn.
   *
   * @throws DomainError `unavailable` with `retryAfterSeconds` when too many wait, or the wait is too long.
   * @throws the signal's reason when it fires during the wait.
   */
  run<T>(
    operation: LimitedOperation,
    options: { repositoryPath: string; signal?: AbortSignal },
    work: () => Promise<T>,
  ): Promise<T> {
    const { byRepository, overall } = this.gates[operation];
    return byRepository.run(options.repositoryPath, () => overall.run(work, options.signal), options.signal);
  }
}
