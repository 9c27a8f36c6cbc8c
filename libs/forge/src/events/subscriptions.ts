import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { EventKind } from './event';

/** What decides whether somebody listens to an event. */
export interface WaitingEvent {
  id: string;
  kind: EventKind;
  repositoryId: number;
  createdAt: Date;
  /** The one webhook that is meant: of a ping, a test. */
  hookId: number | null;
}

/** A feature that wants to hear of events. */
export interface Subscription {
  /** The job that deals with an event (its payload is EventJobPayload), and settles it (EventsService.settle) in its transaction. */
  job: string;
  kinds: readonly EventKind[];
  /** The ids of those among `events` that somebody listens to, in one statement. The others never become a job. */
  heard(manager: EntityManager, events: readonly WaitingEvent[]): Promise<ReadonlySet<string>>;
}

/** Who hears of events. Each feature adds its own, so that this room needs to know none of them. */
@Injectable()
export class Subscriptions {
  private readonly all: Subscription[] = [];

  add(subscription: Subscription): void {
    this.all.push(subscription);
  }

  /** The jobs of each event that somebody listens to. */
  async jobsOf(manager: EntityManager, events: readonly WaitingEvent[]): Promise<Map<string, string[]>> {
    const jobs = new Map<string, string[]>();
    for (const { job, kinds, heard } of this.all) {
      const candidates = events.filter(({ kind }) => kinds.includes(kind));
      if (candidates.length === 0) continue;
      for (const id of await heard(manager, candidates)) jobs.set(id, [...(jobs.get(id) ?? []), job]);
    }
    return jobs;
  }
}
