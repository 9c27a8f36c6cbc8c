/** So many in a window, which begins with the first. */
export interface RateRule {
  /** Unique: the counts of two rules never meet. */
  name: string;
  points: number;
  windowSeconds: number;
}

/** What was counted, before anybody knows whether it had to be. */
export interface Taken {
  /** The rule allows no more: what was asked for is refused without being looked at. */
  isOver: boolean;
  /** Until the window ends. */
  retryAfterSeconds: number;
  /** It turned out not to count, such as a password that was right. */
  giveBack(): Promise<void>;
}

/** Counts by key. One that is taken counts at once for every process of the hub: what comes at the same time passes nowhere. */
export interface RateLimiter {
  take(key: string): Promise<Taken>;
}

/** Facts that are forgotten after a while. */
export interface Marks {
  note(key: string): Promise<void>;
  has(key: string): Promise<boolean>;
}

/** Where counts stand. Keys have at most 200 characters. */
export interface RateLimits {
  limiter(rule: RateRule): RateLimiter;
  marks(of: { name: string; ttlSeconds: number }): Marks;
}
