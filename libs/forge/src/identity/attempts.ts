import { DomainError, type Clock } from '@granary/kernel';

/** Counts failures per key in a sliding window, in memory: a restart forgives, which is fine for slowing guesses. */
export class FailedAttempts {
  private readonly failures = new Map<string, number[]>();

  constructor(
    private readonly clock: Clock,
    private readonly windowSeconds = 60,
  ) {}

  /** @throws DomainError `rate_limited` when `key` failed `limit` times within the window. */
  check(key: string, limit: number): void {
    const recent = this.recent(key);
    const oldest = recent[0];
    if (recent.length < limit || oldest === undefined) return;
    const retryAfterSeconds = Math.max(
      1,
      Math.ceil((oldest + this.windowSeconds * 1000 - this.clock.now().getTime()) / 1000),
    );
    throw new DomainError('rate_limited', 'Too many failed sign-ins.', {
      hint: `Try again in ${retryAfterSeconds} seconds.`,
      retryAfterSeconds,
    });
  }

  record(key: string): void {
    const recent = this.recent(key);
    recent.push(this.clock.now().getTime());
    this.failures.set(key, recent);
    if (this.failures.size > 10_000) this.forgetOld();
  }

  clear(key: string): void {
    this.failures.delete(key);
  }

  private recent(key: string): number[] {
    const since = this.clock.now().getTime() - this.windowSeconds * 1000;
    return (this.failures.get(key) ?? []).filter((at) => at > since);
  }

  private forgetOld(): void {
    for (const key of this.failures.keys()) if (this.recent(key).length === 0) this.failures.delete(key);
  }
}
