import type { Marks, RateLimits } from '../rate-limits';

const DAY_SECONDS = 86_400;
/** An account stays at home where it signed in for so long … */
const PAIR_TTL_SECONDS = 21 * DAY_SECONDS;
/** … and an address is one of users, not of a stranger, for so long after the last. */
const ADDRESS_TTL_SECONDS = 7 * DAY_SECONDS;
/** Each request with a token is a good one; the table hears of it so often. */
const NOTED_EVERY_MS = 10 * 60_000;
const REMEMBERED = 10_000;

/** From where accounts have signed in rightly. A stranger's failures hold up nobody there. */
export class GoodSignIns {
  private readonly pairs: Marks;
  private readonly addresses: Marks;
  /** By pair: when it was noted last, by this process. */
  private readonly noted = new Map<string, number>();

  constructor(limits: RateLimits) {
    this.pairs = limits.marks({ name: 'good-account-address', ttlSeconds: PAIR_TTL_SECONDS });
    this.addresses = limits.marks({ name: 'good-address', ttlSeconds: ADDRESS_TTL_SECONDS });
  }

  async note({ pair, address }: { pair: string; address: string }): Promise<void> {
    const now = Date.now();
    if (now - (this.noted.get(pair) ?? 0) < NOTED_EVERY_MS) return;
    if (this.noted.size >= REMEMBERED) this.noted.clear();
    this.noted.set(pair, now);
    await Promise.all([this.pairs.note(pair), this.addresses.note(address)]);
  }

  hasPair(pair: string): Promise<boolean> {
    return this.pairs.has(pair);
  }

  hasAddress(address: string): Promise<boolean> {
    return this.addresses.has(address);
  }
}
