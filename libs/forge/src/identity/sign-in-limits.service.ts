import { createHmac } from 'node:crypto';
import { KeyedSemaphore, addressBlock, DomainError } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { FORGE_OPTIONS, RATE_LIMITS } from '../database/tokens';
import type { RateLimiter, RateLimits, RateRule, Taken } from '../rate-limits';
import { GoodSignIns } from './good-sign-ins';

/** Failed sign-ins, as docs/sign-in-limits.md tells them. */
export const SIGN_IN_RULES = {
  /** At one account from one address. The only one that also holds where the account has signed in rightly before. */
  accountAtAddress: { name: 'account-address', points: 5, windowSeconds: 60 },
  /** At one account from anywhere: for addresses from which it has not signed in. */
  account: { name: 'account', points: 50, windowSeconds: 600 },
  /** From one address, where nobody has signed in rightly. */
  address: { name: 'address', points: 20, windowSeconds: 60 },
  /** From one address where others have: accounts that are new there wait, and nobody else. */
  knownAddress: { name: 'known-address', points: 300, windowSeconds: 60 },
  /** With one unknown token from one address. */
  tokenAtAddress: { name: 'token-address', points: 20, windowSeconds: 60 },
  /** With any unknown tokens from one address, where nobody has signed in rightly. */
  tokensOfAddress: { name: 'tokens', points: 60, windowSeconds: 60 },
  /** New accounts from one address, where the hub lets visitors make them. */
  registrations: { name: 'register', points: 30, windowSeconds: 3600 },
} satisfies Record<string, RateRule>;

type RuleName = keyof typeof SIGN_IN_RULES;

/** One at a time: the next learns from the count whether it is looked at, and right ones wait for each other instead of being refused. */
const ONE_PAIR = { permits: 1, maxQueued: 200, maxWaitMs: 15_000 };
/** Fewer than an address may fail: those under way alone never use it up. */
const ONE_ADDRESS = { permits: 4, maxQueued: 200, maxWaitMs: 15_000 };

/** Who tries to sign in at what. `account` is the id, or what was typed where there is no such account. */
export interface Attempt {
  account: string;
  address: string;
}

/** Counts each attempt before it is judged, and takes it back when it was right. */
@Injectable()
export class SignInLimits {
  private readonly limiters: Record<RuleName, RateLimiter>;
  private readonly good: GoodSignIns;
  private readonly pairs = new KeyedSemaphore({ ...ONE_PAIR, refusal: tooMany });
  private readonly addresses = new KeyedSemaphore({ ...ONE_ADDRESS, refusal: tooMany });

  constructor(
    @Inject(RATE_LIMITS) limits: RateLimits,
    @Inject(FORGE_OPTIONS) private readonly options: { instanceSecret: Buffer },
  ) {
    const names = Object.keys(SIGN_IN_RULES) as RuleName[];
    this.limiters = Object.fromEntries(names.map((name) => [name, limits.limiter(SIGN_IN_RULES[name])])) as Record<
      RuleName,
      RateLimiter
    >;
    this.good = new GoodSignIns(limits);
  }

  /**
   * @param judge null is a failure, which stays counted; what it throws is nobody's fault and does not count.
   * @throws DomainError `rate_limited` without calling `judge`.
   */
  async judge<T>(attempt: Attempt, judge: () => Promise<T | null>): Promise<T | null> {
    const { account, address } = this.keysOf(attempt);
    const pair = `${account}:${address}`;
    return this.pairs.run(pair, async () => {
      // At home it neither waits for strangers of the same address nor counts with them.
      if (await this.good.hasPair(pair)) return this.judgeCounted({ pair, address }, [], judge);
      const others = [() => this.limiters.account.take(account), () => this.takeOfAddress(address)];
      return this.addresses.run(address, () => this.judgeCounted({ pair, address }, others, judge));
    });
  }

  private async judgeCounted<T>(
    keys: { pair: string; address: string },
    others: (() => Promise<Taken>)[],
    judge: () => Promise<T | null>,
  ): Promise<T | null> {
    const taken = await takeAll([() => this.limiters.accountAtAddress.take(keys.pair), ...others]);
    const giveBack = () => Promise.all(taken.map((each) => each.giveBack()));
    const result = await judge().catch(async (error: unknown) => {
      await giveBack();
      throw error;
    });
    if (result === null) return null;
    await giveBack();
    await this.good.note(keys);
    return result;
  }

  private async takeOfAddress(address: string): Promise<Taken> {
    const isKnown = await this.good.hasAddress(address);
    return (isKnown ? this.limiters.knownAddress : this.limiters.address).take(address);
  }

  /**
   * A token that is not known. It holds up nobody but itself: whether a token is right is looked up before, since nobody
   * guesses 178 bits.
   * @throws DomainError `rate_limited`
   */
  async noteUnknownToken(token: string, from: string): Promise<void> {
    const { account, address } = this.keysOf({ account: `token ${token}`, address: from });
    const own = await this.limiters.tokenAtAddress.take(`${account}:${address}`);
    if (own.isOver) throw tooMany(own.retryAfterSeconds);
    if (await this.good.hasAddress(address)) return;
    const all = await this.limiters.tokensOfAddress.take(address);
    if (all.isOver) throw tooMany(all.retryAfterSeconds);
  }

  /** Somebody has proved who they are by something that is not guessed: a token, a session. */
  async noteGood(attempt: Attempt): Promise<void> {
    const { account, address } = this.keysOf(attempt);
    await this.good.note({ address, pair: `${account}:${address}` });
  }

  /** @throws DomainError `rate_limited` */
  async countRegistration(from: string): Promise<void> {
    const taken = await this.limiters.registrations.take(this.keysOf({ account: '', address: from }).address);
    if (!taken.isOver) return;
    throw new DomainError('rate_limited', 'Too many accounts were made from this address.', {
      hint: 'Try again later, or ask an administrator for an account.',
      retryAfterSeconds: taken.retryAfterSeconds,
    });
  }

  /** What somebody typed who has no account may be a password: the table holds neither it nor addresses. */
  private keysOf({ account, address }: Attempt): { account: string; address: string } {
    const digest = (text: string) =>
      createHmac('sha256', this.options.instanceSecret).update(`rate limit ${text}`).digest('base64url').slice(0, 22);
    return { account: digest(`account ${account}`), address: digest(`address ${addressBlock(address)}`) };
  }
}

/** All or none: one that is refused by a later limit does not count for the earlier ones. */
async function takeAll(steps: (() => Promise<Taken>)[]): Promise<Taken[]> {
  const taken: Taken[] = [];
  for (const step of steps) {
    const next = await step();
    if (next.isOver) {
      await Promise.all(taken.map((each) => each.giveBack()));
      throw tooMany(next.retryAfterSeconds);
    }
    taken.push(next);
  }
  return taken;
}

function tooMany(retryAfterSeconds: number): DomainError {
  return new DomainError('rate_limited', 'Too many failed sign-ins.', {
    hint: `Try again in ${retryAfterSeconds} ${retryAfterSeconds === 1 ? 'second' : 'seconds'}.`,
    retryAfterSeconds,
  });
}
