import { FairSemaphore, type Claimant } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import type { Response } from 'express';

/** `page`: rendered by Next. `web`: what pages ask for. `api`: REST, and LFS but for its objects. */
export type WorkKind = 'page' | 'web' | 'api';

/** Rendering is the thread's own work; the others mostly wait for git and the database. */
const PERMITS: Record<WorkKind, number> = { page: 4, web: 16, api: 16 };
const QUEUE_FACTOR: Record<WorkKind, number> = { page: 12, web: 8, api: 8 };
const MAX_WAIT_MS = 10_000;
/** Next begins to send before it has rendered all; a client that reads slowly must not keep the place for that. */
const RENDER_MS = 2_000;

function busy(retryAfterSeconds: number): DomainError {
  return new DomainError('unavailable', 'The hub is busy with too many requests at this moment.', {
    hint: `Try again in ${retryAfterSeconds} seconds.`,
    retryAfterSeconds,
  });
}

function placesFor(kind: WorkKind): FairSemaphore {
  const permits = PERMITS[kind];
  const maxQueued = QUEUE_FACTOR[kind] * permits;
  return new FairSemaphore({ permits, maxQueued, maxWaitMs: MAX_WAIT_MS, refusal: busy });
}

/**
 * How many requests of each kind are worked on at once. With all of them at once each would wait for all the others, and
 * so would health checks; so a few are, the next ones stand in a short line, and the rest is told when to come back.
 */
@Injectable()
export class WorkPlaces {
  private readonly kinds = { page: placesFor('page'), web: placesFor('web'), api: placesFor('api') };

  load(): Record<WorkKind, { active: number; waiting: number }> {
    const { page, web, api } = this.kinds;
    return { page: page.load, web: web.load, api: api.load };
  }

  /** As {@link FairSemaphore.close}. */
  close(): void {
    for (const places of Object.values(this.kinds)) places.close();
  }

  /**
   * Waits for a place, which is held until the answer begins: its way to a slow client is no work.
   * @throws DomainError `unavailable` with `retryAfterSeconds`.
   */
  async hold(kind: WorkKind, { claimant, response }: { claimant: Claimant; response: Response }): Promise<void> {
    const gone = new AbortController();
    const left = () => gone.abort(new Error('the client has left'));
    response.once('close', left);
    const leave = await this.kinds[kind].enter(claimant, gone.signal);
    response.off('close', left);
    response.once('close', leave);
    if (response.closed) return leave();
    onHead(response, () => (kind === 'page' ? void setTimeout(leave, RENDER_MS).unref() : leave()));
  }
}

function onHead(response: Response, done: () => void): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => Response;
  response.writeHead = ((...args: unknown[]) => {
    done();
    return writeHead(...args);
  }) as Response['writeHead'];
}
