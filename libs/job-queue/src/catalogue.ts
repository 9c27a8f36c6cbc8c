import { z } from 'zod';

/**
 * The queues. Jobs that may hold each other up (a slow receiver, a long repack) stand in different ones.
 * `concurrency` is the number of jobs that one process works on at a time.
 */
export const QUEUES = {
  events: { concurrency: 10 },
  webhooks: { concurrency: 20 },
  maintenance: { concurrency: 2 },
  /** One repository at a time: a repack takes the disk and a processor to itself. */
  repacks: { concurrency: 1 },
  /** One walk over a history at a time, for the same reason. */
  collections: { concurrency: 1 },
  /** Reads for as long as an hour. */
  scrubs: { concurrency: 1 },
} as const;
export type QueueName = keyof typeof QUEUES;

interface JobPolicy {
  queue: QueueName;
  payload: z.ZodType<object>;
  /** Tries before the job is given up and removed. */
  attempts: number;
  /** The wait before the second try; it doubles from try to try and is shortened by up to half at random. */
  backoffMs: number;
  /** The workers run the job by themselves this often, once over all processes. Its payload is then `{}`. */
  everySeconds?: number;
}

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

const Nothing = z.strictObject({});

/**
 * Every job there is: its queue, its payload and how often it is tried. A new job starts here; it then needs a handler,
 * or the workers do not start.
 */
export const JOBS = {
  /** An event becomes a delivery for each webhook that wants it. */
  'webhook.fanout': { queue: 'events', payload: EventJobPayload, attempts: 8, backoffMs: 1_000 },
  /** One try of one delivery. `attempt` counts from 0; the schedule of the tries stands in the delivery's row. */
  'webhook.deliver': {
    queue: 'webhooks',
    payload: z.strictObject({ deliveryId: z.int().positive(), attempt: z.int().nonnegative() }),
    attempts: 5,
    backoffMs: 1_000,
  },
  /** Deliveries that are due but have no job. */
  'webhook.sweep': { queue: 'maintenance', payload: Nothing, attempts: 1, backoffMs: 1_000, everySeconds: 60 },
  /** Deliveries that are too old for the log. */
  'webhook.prune': { queue: 'maintenance', payload: Nothing, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
  /** Events that everyone has dealt with long ago. */
  'outbox.prune': { queue: 'maintenance', payload: Nothing, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
  /** Audit entries that are older than the hub keeps them. */
  'audit.prune': { queue: 'maintenance', payload: Nothing, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
  /** Refs that moved while the hub was killed before it could record them. */
  'pushes.reconcile': { queue: 'maintenance', payload: Nothing, attempts: 1, backoffMs: 1_000, everySeconds: 60 },
  /** Expired sessions, stale uploads, repositories whose time to be restored is over. */
  'hub.tidy': { queue: 'maintenance', payload: Nothing, attempts: 3, backoffMs: 60_000, everySeconds: 3_600 },
  /** Asks for a run in each repository whose time has come. */
  'maintenance.sweep': { queue: 'maintenance', payload: Nothing, attempts: 1, backoffMs: 1_000, everySeconds: 3_600 },
  /** Packs, indexes and leftovers of one repository. When it is tried again stands in the repository's row. */
  'repository.maintain': {
    queue: 'repacks',
    payload: z.strictObject({ repositoryId: z.int().positive() }),
    attempts: 1,
    backoffMs: 1_000,
  },
  /** What no ref of one repository reaches, without a grace. It waits for pushes, and tries again beside other upkeep. */
  'repository.purge': {
    queue: 'repacks',
    payload: z.strictObject({ repositoryId: z.int().positive(), isFollowUp: z.boolean() }),
    attempts: 8,
    backoffMs: 15_000,
  },
  /** Asks for a collection in each repository to which something happened. */
  'lfs.collect.sweep': { queue: 'maintenance', payload: Nothing, attempts: 1, backoffMs: 1_000, everySeconds: 21_600 },
  /** LFS objects of one repository that nothing names any more. */
  'lfs.collect': {
    queue: 'collections',
    payload: z.strictObject({ repositoryId: z.int().positive(), dryRun: z.boolean() }),
    attempts: 4,
    backoffMs: 300_000,
  },
  /** LFS objects that no repository has any more, and keys of the store that nobody knows. */
  'lfs.purge': { queue: 'collections', payload: Nothing, attempts: 3, backoffMs: 60_000, everySeconds: 86_400 },
  /** Reads LFS objects again that were not read for long. */
  'lfs.scrub': { queue: 'scrubs', payload: Nothing, attempts: 1, backoffMs: 1_000, everySeconds: 3_600 },
} as const satisfies Record<string, JobPolicy>;

export type JobName = keyof typeof JOBS;
export type JobPayload<N extends JobName> = z.output<(typeof JOBS)[N]['payload']>;
/** The jobs whose payload is {@link EventJobPayload}. */
export type EventJobName = { [N in JobName]: JobPayload<N> extends { eventId: string } ? N : never }[JobName];

export const JOB_NAMES = Object.keys(JOBS) as JobName[];
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** The policy of `name` without its literal types. */
export function jobPolicy(name: JobName): JobPolicy {
  return JOBS[name];
}
