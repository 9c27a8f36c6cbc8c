/**
 * Shares each turn of the event loop among all who send: what a hundred readers would take in one turn takes several,
 * and whoever comes meanwhile, a health check say, is served between them. One reader alone never waits.
 */
export class TurnBudget {
  private leftBytes: number;
  private readonly waiting: (() => void)[] = [];
  private isArmed = false;

  constructor(private readonly bytesPerTurn: number) {
    this.leftBytes = bytesPerTurn;
  }

  /** Resolves in the turn that has room; the last to fit may exceed it. */
  take(sizeBytes: number): Promise<void> {
    this.arm();
    return new Promise((resolve) => {
      this.waiting.push(() => {
        this.leftBytes -= sizeBytes;
        resolve();
      });
      this.serve();
    });
  }

  private serve(): void {
    while (this.leftBytes > 0 && this.waiting.length > 0) this.waiting.shift()?.();
  }

  /** Immediates run once in each turn, after what has come from outside. */
  private arm(): void {
    if (this.isArmed) return;
    this.isArmed = true;
    setImmediate(() => {
      this.isArmed = false;
      this.leftBytes = this.bytesPerTurn;
      this.serve();
      if (this.waiting.length > 0) this.arm();
    });
  }
}
