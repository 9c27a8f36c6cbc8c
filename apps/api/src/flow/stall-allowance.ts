export interface StallPolicy {
  /** How long a client may keep the hub waiting before its rate counts. */
  graceMs: number;
  /** Each of so many bytes earns the client another second of waiting, up to the grace. */
  leastBytesPerSecond: number;
}

/** As Apache's mod_reqtimeout asks of request bodies (`body=20,MinRate=500`), with a longer grace for bad links. */
export const STALL_POLICY: StallPolicy = { graceMs: 90_000, leastBytesPerSecond: 500 };

/**
 * How much longer one client may keep the hub waiting in one direction. Waiting uses the allowance up and bytes that move
 * renew it: a slow link that moves goes on for ever, a silent client and one that sends a byte now and then do not.
 */
export class StallAllowance {
  private leftMs: number;
  private seenBytes: number;

  constructor(
    private readonly policy: StallPolicy,
    movedBytes: number,
  ) {
    this.leftMs = policy.graceMs;
    this.seenBytes = movedBytes;
  }

  /**
   * @param waitedMs since the last call, as far as the client was to blame.
   * @param movedBytes since ever.
   * @returns whether something is left.
   */
  spend({ waitedMs, movedBytes }: { waitedMs: number; movedBytes: number }): boolean {
    const { graceMs, leastBytesPerSecond } = this.policy;
    const earnedMs = (1000 * (movedBytes - this.seenBytes)) / leastBytesPerSecond;
    this.seenBytes = movedBytes;
    this.leftMs = Math.min(graceMs, this.leftMs + earnedMs) - waitedMs;
    return this.leftMs > 0;
  }
}
