import { defineJobs, NO_PAYLOAD, type JobPolicy } from '@granary/job-queue';
import { z } from 'zod';

/** A job takes so many events of one repository, one after the other. */
export const MAX_EVENTS_PER_JOB = 25;

/** The payload of every job that an event of the outbox starts: the event, and others of the same repository. */
export const EventJobPayload = z.strictObject({
  eventId: z.uuid(),
  others: z
    .array(z.uuid())
    .max(MAX_EVENTS_PER_JOB - 1)
    .optional(),
});

/** The jobs that features subscribe to events with. This room knows none of their names. */
export type EventJobs = Readonly<Record<string, JobPolicy & { payload: typeof EventJobPayload }>>;

export const OUTBOX_JOBS = defineJobs({
  /** Events that everyone has dealt with long ago. */
  'outbox.prune': { queue: 'maintenance', payload: NO_PAYLOAD, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
});
