import { setMaxListeners } from 'node:events';
import { Injectable } from '@nestjs/common';

/** What clients that the end cuts off are told, in their own protocol. */
export const RESTARTING = 'The hub is restarting; try again in a moment.';

/** True once the process was told to stop: readiness goes off, work under way goes on. */
@Injectable()
export class Draining {
  started = false;
  private readonly end = new AbortController();

  constructor() {
    // Everything that is under way listens.
    setMaxListeners(0, this.end.signal);
  }

  /** Fires when the grace is over and the last words are due. */
  get over(): AbortSignal {
    return this.end.signal;
  }

  finish(): void {
    this.end.abort(new Error('the hub is shutting down'));
  }
}
