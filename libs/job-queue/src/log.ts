/** What the queue tells its operator. A pino logger is one. */
export interface QueueLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** A server that stops still answers on some connections when it has dropped others. */
const STEADY_MS = 300;

/**
 * Tells of an outage once when it starts and once when it ends: both clients retry, and each try fails with an error of
 * its own.
 */
export class OutageLog {
  private down = false;
  private recovery: NodeJS.Timeout | undefined;
  private isOver = false;

  constructor(
    private readonly log: QueueLog,
    private readonly server: string,
  ) {}

  failed(error: unknown): void {
    clearTimeout(this.recovery);
    this.recovery = undefined;
    if (this.down || this.isOver) return;
    this.down = true;
    this.log.warn({ err: error, server: this.server }, 'the job queue cannot be reached; it is tried again');
  }

  /** Who hangs up is told that the connection is lost, which is no news. */
  end(): void {
    this.isOver = true;
    clearTimeout(this.recovery);
  }

  /** It is told when nothing has failed for a moment since. */
  answered(): void {
    if (!this.down || this.isOver) return;
    this.recovery ??= setTimeout(() => {
      this.recovery = undefined;
      this.down = false;
      this.log.info({ server: this.server }, 'the job queue answers again');
    }, STEADY_MS).unref();
  }
}

const QUIET_MS = 60_000;

/** Tells of an error that comes again and again once a minute, with how often it came. */
export class RepeatedErrors {
  private readonly known = new Map<string, { toldAt: number; untold: number }>();

  constructor(
    private readonly log: QueueLog,
    private readonly now: () => number = Date.now,
  ) {}

  tell(err: Error, queue: string, what: string): void {
    const key = `${queue} ${what} ${err.message}`;
    const last = this.known.get(key);
    if (last && this.now() - last.toldAt < QUIET_MS) {
      last.untold++;
      return;
    }
    this.forgetOld();
    this.known.set(key, { toldAt: this.now(), untold: 0 });
    this.log.error({ err, queue, ...(last?.untold ? { since_last_line: last.untold } : {}) }, what);
  }

  private forgetOld(): void {
    for (const [key, { toldAt }] of this.known) if (this.now() - toldAt > 10 * QUIET_MS) this.known.delete(key);
  }
}
