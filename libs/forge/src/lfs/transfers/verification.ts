import { DomainError } from '@granary/kernel';

/** How long a client waits for an answer: git-lfs gives up after 30 s without a byte (lfs.activitytimeout). */
export const PATIENCE_MS = 20_000;
const LEAST_RETRY_SECONDS = 5;
const MOST_RETRY_SECONDS = 300;

/** One body that is being copied and hashed. It belongs to nobody's request. */
export class Verification {
  readonly done: Promise<void>;
  private readonly startedAtMs = performance.now();
  private hashedBytes = 0;

  constructor(
    private readonly sizeBytes: number,
    work: (progress: (bytes: number) => void) => Promise<void>,
  ) {
    this.done = work((bytes) => (this.hashedBytes += bytes));
    // Who asked may have left.
    this.done.catch(() => undefined);
  }

  /**
   * Waits for the end, but not for ever.
   * @throws DomainError `rate_limited` with the seconds after which to ask again; git-lfs does so by itself. A status
   *   alone would not do: the client takes the first byte of a 2xx for success.
   */
  async within(patienceMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.stillRunning()), Math.max(0, patienceMs));
    });
    try {
      await Promise.race([this.done, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private stillRunning(): DomainError {
    return new DomainError('rate_limited', 'The hub is still checking the object that has arrived.', {
      hint: 'It goes on by itself: ask again in a while.',
      retryAfterSeconds: this.retryAfterSeconds(),
    });
  }

  private retryAfterSeconds(): number {
    const elapsedSeconds = (performance.now() - this.startedAtMs) / 1000;
    if (this.hashedBytes === 0) return LEAST_RETRY_SECONDS * 2;
    const restSeconds = Math.ceil(((this.sizeBytes - this.hashedBytes) / this.hashedBytes) * elapsedSeconds);
    return Math.min(MOST_RETRY_SECONDS, Math.max(LEAST_RETRY_SECONDS, restSeconds));
  }
}
