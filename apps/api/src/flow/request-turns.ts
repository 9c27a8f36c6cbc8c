import type { Server } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { surfaceOfPath } from '../surface/path-surface';

/** To begin one takes the thread some milliseconds, and a turn is what everybody else waits for. */
const BEGUN_PER_TURN = 1;
/** While others knock, requests wait so long at most. */
const PATIENCE_MS = 250;

interface Waiting {
  since: number;
  begin(): void;
}

/**
 * Lets a crowd in before it begins to serve it. The event loop accepts few connections in each turn (see
 * ListenerCopies), so that with a hundred at once a health check would wait until most of them are served; turns in which
 * no request begins are short. Afterwards one request begins in each turn, and whoever is being served goes on between
 * them. Health checks do not stand in this line, and nobody waits while nobody knocks.
 */
export class RequestTurns {
  private readonly waiting: Waiting[] = [];
  private room = BEGUN_PER_TURN;
  private hasKnocked = false;
  private isArmed = false;

  constructor(private readonly now: () => number = () => performance.now()) {}

  watch(server: Pick<Server, 'on'>): void {
    server.on('connection', () => {
      this.hasKnocked = true;
      this.arm();
    });
  }

  /** To stand before everything else that requests pass through. */
  readonly admit = (request: Request, response: Response, next: NextFunction): void => {
    if (surfaceOfPath(request.path) === 'status') return next();
    this.waiting.push({ since: this.now(), begin: () => !response.closed && next() });
    this.arm();
    this.serve();
  };

  private serve(): void {
    while (this.room > 0 && this.waiting.length > 0) {
      if (this.hasKnocked && !this.isOverdue()) return;
      // One of those that have waited long enough, as long as others knock.
      this.room = this.hasKnocked ? 0 : this.room - 1;
      this.waiting.shift()?.begin();
    }
  }

  private isOverdue(): boolean {
    const [first] = this.waiting;
    return first !== undefined && this.now() - first.since >= PATIENCE_MS;
  }

  /** Immediates run once in each turn, after what has come from outside. */
  private arm(): void {
    if (this.isArmed) return;
    this.isArmed = true;
    setImmediate(() => {
      this.isArmed = false;
      this.room = BEGUN_PER_TURN;
      this.serve();
      this.hasKnocked = false;
      if (this.waiting.length > 0) this.arm();
    });
  }
}
