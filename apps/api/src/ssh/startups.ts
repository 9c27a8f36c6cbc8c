export interface StartupLimits {
  /** From so many connections that have not signed in yet on, new ones are refused at random … */
  start: number;
  /** … with this chance at first, rising to certainty … */
  rate: number;
  /** … at so many. */
  full: number;
  /** The most that one address may have. */
  perAddress: number;
}

/** sshd starts to refuse at 10; a hub sees a whole CI's jobs come at once, from one address. */
const DEFAULTS: StartupLimits = { start: 50, rate: 0.3, full: 100, perAddress: 50 };

/**
 * Bounds the connections whose client has not signed in. Refusing at random lets honest clients through while
 * somebody holds many connections open.
 * @see sshd_config(5), MaxStartups
 */
export class Startups {
  private total = 0;
  private readonly byAddress = new Map<string, number>();

  constructor(
    private readonly limits: StartupLimits = DEFAULTS,
    private readonly random: () => number = Math.random,
  ) {}

  /** @returns what gives the place back, to be called once or more; null when the connection is refused. */
  admit(address: string): (() => void) | null {
    const ofAddress = this.byAddress.get(address) ?? 0;
    if (ofAddress >= this.limits.perAddress || this.random() < this.refusalChance()) return null;
    this.total++;
    this.byAddress.set(address, ofAddress + 1);
    let held = true;
    return () => {
      if (held) this.release(address);
      held = false;
    };
  }

  private refusalChance(): number {
    const { start, rate, full } = this.limits;
    if (this.total < start) return 0;
    if (this.total >= full) return 1;
    return rate + ((1 - rate) * (this.total - start)) / (full - start);
  }

  private release(address: string): void {
    this.total--;
    const rest = (this.byAddress.get(address) ?? 0) - 1;
    if (rest > 0) this.byAddress.set(address, rest);
    else this.byAddress.delete(address);
  }
}
