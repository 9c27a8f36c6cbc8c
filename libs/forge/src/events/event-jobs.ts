import { createHash } from 'node:crypto';
import type { JobRequest } from '@granary/job-queue';
import { MAX_EVENTS_PER_JOB, type EventJobs } from './jobs';
import type { TakenEvent } from './turns';

/** An event that somebody listens to, with the jobs that deal with it. */
export type HeardEvent = Pick<TakenEvent, 'id' | 'repositoryId' | 'room'> & { jobs: string[] };

/** The first of each repository, as many as it may have with the queue. */
export function withinRoom<T extends HeardEvent>(events: readonly T[]): T[] {
  const given = new Map<number, number>();
  return events.filter(({ repositoryId, room, jobs }) => {
    if (jobs.length === 0) return false;
    const before = given.get(repositoryId) ?? 0;
    given.set(repositoryId, before + 1);
    return before < room;
  });
}

/** One job for many refs of one push. Its id is that of its event, or follows from those of its events. */
export function jobRequests(heard: readonly HeardEvent[]): JobRequest<EventJobs>[] {
  const groups = new Map<string, { name: string; ids: string[] }>();
  for (const { id, repositoryId, jobs } of heard) {
    for (const name of jobs) {
      const key = `${name} ${repositoryId}`;
      const group = groups.get(key) ?? { name, ids: [] };
      group.ids.push(id);
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap(({ name, ids }) => chunksOf(ids).map((some) => jobRequest(name, some)));
}

function jobRequest(name: string, ids: readonly string[]): JobRequest<EventJobs> {
  const [eventId = '', ...others] = ids;
  if (others.length === 0) return { name, payload: { eventId }, jobId: eventId };
  const digest = createHash('sha256').update(ids.join()).digest('hex').slice(0, 32);
  return { name, payload: { eventId, others }, jobId: `${eventId}-${digest}` };
}

function chunksOf(ids: readonly string[]): string[][] {
  const chunks: string[][] = [];
  for (let at = 0; at < ids.length; at += MAX_EVENTS_PER_JOB) chunks.push(ids.slice(at, at + MAX_EVENTS_PER_JOB));
  return chunks;
}
