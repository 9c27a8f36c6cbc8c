import { FairSemaphore, type Claimant } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import type { Response } from 'express';

/**
 * `page`: rendered by Next. `web`: what pages ask for. `api`: REST, and LFS but for its objects. `largeBody`: files in
 * JSON on their way to the disk; `largeWork`: those that are parsed and written.
 */
export type WorkKind = 'page' | 'web' | 'api' | 'largeBody' | 'largeWork';

/**
 * Rendering is the thread's own work; the others mostly wait for git and the database. What a large body needs of memory
 * is several times its size, 40 MiB at most, and of the disk no more than that.
 */
const PERMITS: Record<WorkKind, number> = { page: 4, web: 16, api: 16, largeBody: 48, largeWork: 2 };
const QUEUE_FACTOR: Record<WorkKind, number> = { page: 12, web: 8, api: 8, largeBody: 2, largeWork: 24 };
/** A body that has arrived is worth a longer wait than asking for it again. */
const MAX_WAIT_MS: Record<WorkKind, number> = {
  page: 10_000,
  web: 10_000,
  api: 10_000,
  largeBody: 10_000,
  largeWork: 120_000,
};
/** Next begins to send before it has rendered all; a client that reads slowly must not keep the place for that. */
const RENDER_MS = 2_000;

export interface Place {
  claimant: Claimant;
  response: Response;
}

function busy(retryAfterSeconds: number): DomainError {
  return new DomainError('unavailable', 'The hub is busy with too many requests at this moment.', {
    hint: `Try again in ${retryAfterSeconds} seconds.`,
    retryAfterSeconds,
  });
}

function placesFor(kind: WorkKind): FairSemaphore {
  const permits = PERMITS[kind];
  const maxQueued = QUEUE_FACTOR[kind] * permits;
  return new FairSemaphore({ permits, maxQueued, maxWaitMs: MAX_WAIT_MS[kind], refusal: busy });
}

/**
 * How many requests of each kind are worked on at once. With all of them at once each would wait for all the others, and
 * so would health checks; so a few are, the next ones stand in a short line, and the rest is told when to come back.
 */
@Injectable()
export class WorkPlaces {
  private readonly kinds: Record<WorkKind, FairSemaphore> = {
    page: placesFor('page'),
    web: placesFor('web'),
    api: placesFor('api'),
    largeBody: placesFor('largeBody'),
    largeWork: placesFor('largeWork'),
  };

  load(): Record<WorkKind, { active: number; waiting: number }> {
    const { page, web, api, largeBody, largeWork } = this.kinds;
    return {
      ...{ page: page.load, web: web.load, api: api.load },
      ...{ largeBody: largeBody.load, largeWork: largeWork.load },
    };
  }

  /** As {@link FairSemaphore.close}. */
  close(): void {
    for (const places of Object.values(this.kinds)) places.close();
  }

  /**
   * Waits for a place, which is held until the answer begins: its way to a slow client is no work.
   * @throws DomainError `unavailable` with `retryAfterSeconds`.
   */
  async hold(kind: WorkKind, { claimant, response }: Place): Promise<void> {
    const leave = await this.take(kind, { claimant, response });
    if (response.closed) return;
    onHead(response, () => (kind === 'page' ? void setTimeout(leave, RENDER_MS).unref() : leave()));
  }

  /**
   * As {@link hold}, for work that is over before the answer begins.
   * @returns what gives the place back; so does the end of the connection.
   */
  async take(kind: WorkKind, { claimant, response }: Place): Promise<() => void> {
    const gone = new AbortController();
    const left = () => gone.abort(new Error('the client has left'));
    response.once('close', left);
    const leave = await this.kinds[kind].enter(claimant, gone.signal).finally(() => response.off('close', left));
    response.once('close', leave);
    if (response.closed) leave();
    return leave;
  }
}

function onHead(response: Response, done: () => void): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => Response;
  response.writeHead = ((...args: unknown[]) => {
    done();
    return writeHead(...args);
  }) as Response['writeHead'];
}
