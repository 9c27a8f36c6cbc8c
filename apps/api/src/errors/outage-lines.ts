const QUIET_MS = 10_000;

/** While a server is away every request fails of it: one line in ten seconds says so, with the number of the others. */
export class OutageLines {
  private toldAt = -Infinity;
  private untold = 0;

  constructor(private readonly now: () => number = Date.now) {}

  /** @returns how many were left out since the last line; null when this one is to be left out too. */
  next(): number | null {
    if (this.now() - this.toldAt < QUIET_MS) {
      this.untold++;
      return null;
    }
    const untold = this.untold;
    this.toldAt = this.now();
    this.untold = 0;
    return untold;
  }
}
