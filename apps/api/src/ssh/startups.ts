export interface StartupLimits {
  /** From so many connections that have not signed in yet on, new ones are refused at random … */
  start: number;
  /** … with this chance at first, rising to certainty … */
  rate: number;
  /** … at so many. */
  full: number;
  /** The most that one block of addresses may have. */
  perBlock: number;
}

/** A connection that has not signed in yet. */
export interface Newcomer {
  /** `addressBlock` of where it comes from. */
  block: string;
  /** When its client last sent something, on `performance.now()`'s clock. */
  heardAtMs(): number;
  hangUp(): void;
}

/** sshd starts to refuse at 10; a hub sees a whole CI's jobs come at once, from one address. */
const DEFAULTS: StartupLimits = { start: 50, rate: 0.3, full: 100, perBlock: 50 };
/** Of each block so many are never refused at random. */
const SAFE_PER_BLOCK = 3;
/** A client that signs in is never silent for so long, unless somebody types a passphrase. */
const QUIET_MS = 2_000;

/**
 * Bounds the connections whose client has not signed in. Under pressure those give way that are silent, the ones of the
 * block with the most connections first, and refusals at random meet only blocks that have several: somebody who holds
 * many connections open keeps out neither other blocks nor those who share their own.
 * @see sshd_config(5), MaxStartups
 */
export class Startups {
  /** In the order of their arrival. */
  private readonly held = new Set<Newcomer>();
  private readonly byBlock = new Map<string, number>();

  constructor(
    private readonly limits: StartupLimits = DEFAULTS,
    private readonly random: () => number = Math.random,
  ) {}

  /** @returns what gives the place back, to be called once or more; null when the connection is refused. */
  admit(newcomer: Newcomer): (() => void) | null {
    if (!this.makeRoom(newcomer.block)) return null;
    this.held.add(newcomer);
    this.byBlock.set(newcomer.block, this.countOf(newcomer.block) + 1);
    return () => this.release(newcomer);
  }

  private makeRoom(block: string): boolean {
    const { perBlock, full } = this.limits;
    const ofBlock = this.countOf(block);
    if (ofBlock >= perBlock) return this.giveWay(block);
    if (this.held.size >= full) return this.giveWay(this.largestBlock());
    if (ofBlock < SAFE_PER_BLOCK || this.random() >= this.refusalChance()) return true;
    return this.giveWay(block);
  }

  /** Hangs up on who of the block has been silent for longest. @returns false where nobody is silent. */
  private giveWay(block: string): boolean {
    let quietest: Newcomer | undefined;
    for (const each of this.held) {
      if (each.block === block && (!quietest || each.heardAtMs() < quietest.heardAtMs())) quietest = each;
    }
    if (!quietest || performance.now() - quietest.heardAtMs() < QUIET_MS) return false;
    this.release(quietest);
    quietest.hangUp();
    return true;
  }

  private largestBlock(): string {
    const [largest] = [...this.byBlock].sort(([, one], [, other]) => other - one);
    return largest?.[0] ?? '';
  }

  private refusalChance(): number {
    const { start, rate, full } = this.limits;
    if (this.held.size < start) return 0;
    return rate + ((1 - rate) * (this.held.size - start)) / (full - start);
  }

  private countOf(block: string): number {
    return this.byBlock.get(block) ?? 0;
  }

  private release(newcomer: Newcomer): void {
    if (!this.held.delete(newcomer)) return;
    const rest = this.countOf(newcomer.block) - 1;
    if (rest > 0) this.byBlock.set(newcomer.block, rest);
    else this.byBlock.delete(newcomer.block);
  }
}
