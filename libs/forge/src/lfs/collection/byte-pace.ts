import { setTimeout as sleep } from 'node:timers/promises';

/** Holds a reader to so many bytes a second on average. */
export class BytePace {
  private readonly startedAt = performance.now();
  private bytes = 0;

  constructor(private readonly bytesPerSecond: number) {}

  /** Resolves when `sizeBytes` more may have been read. @throws the signal's reason. */
  async take(sizeBytes: number, signal?: AbortSignal): Promise<void> {
    this.bytes += sizeBytes;
    const dueMs = this.startedAt + (this.bytes / this.bytesPerSecond) * 1000;
    const aheadMs = dueMs - performance.now();
    // Timers are no finer.
    if (aheadMs > 5) await sleep(aheadMs, undefined, { signal });
  }
}
