import type { Clock } from '@granary/kernel';

/** So often is one account told to have failed from one address; what came between is counted. */
const TOLD_EVERY_MS = 600_000;
/** Over all accounts and addresses: a flood of guesses must not become a flood of entries. */
const TOLD_A_MINUTE = 30;
const MAX_KEYS = 10_000;

/** Which of many failed sign-ins are worth an entry in the audit log. In memory, for each process. */
export class FailedSignIns {
  /** By key: when it was told last, and what came since. */
  private readonly seen = new Map<string, { toldAt: number; untold: number }>();
  private minute = { startedAt: 0, told: 0, untold: 0 };

  constructor(private readonly clock: Clock) {}

  /**
   * @returns null for one that is only counted; otherwise how many there were without an entry: of the same kind, and of
   *   any kind in a flood.
   */
  note(key: string): { untold: number; untoldOfAll: number } | null {
    const now = this.clock.now().getTime();
    const known = this.seen.get(key);
    if (known && now - known.toldAt < TOLD_EVERY_MS) {
      known.untold++;
      return null;
    }
    if (now - this.minute.startedAt >= 60_000) this.minute = { ...this.minute, startedAt: now, told: 0 };
    if (this.minute.told >= TOLD_A_MINUTE) {
      this.minute.untold++;
      return null;
    }
    const untoldOfAll = this.minute.untold;
    this.minute = { ...this.minute, told: this.minute.told + 1, untold: 0 };
    if (this.seen.size >= MAX_KEYS) this.forget(now);
    this.seen.set(key, { toldAt: now, untold: 0 });
    return { untold: known?.untold ?? 0, untoldOfAll };
  }

  private forget(now: number): void {
    for (const [key, { toldAt }] of this.seen) if (now - toldAt >= TOLD_EVERY_MS) this.seen.delete(key);
    const [oldest] = this.seen.keys();
    if (this.seen.size >= MAX_KEYS && oldest !== undefined) this.seen.delete(oldest);
  }
}
