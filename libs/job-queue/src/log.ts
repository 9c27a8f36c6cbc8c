/** What the queue tells its operator. A pino logger is one. */
export interface QueueLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/**
 * Tells of an outage once when it starts and once when it ends: both clients retry, and each try fails with an error of
 * its own.
 */
export class OutageLog {
  private down = false;

  constructor(
    private readonly log: QueueLog,
    private readonly server: string,
  ) {}

  get isDown(): boolean {
    return this.down;
  }

  failed(error: unknown): void {
    if (this.down) return;
    this.down = true;
    this.log.warn({ err: error, server: this.server }, 'the job queue cannot be reached; it is tried again');
  }

  answered(): void {
    if (!this.down) return;
    this.down = false;
    this.log.info({ server: this.server }, 'the job queue answers again');
  }
}
