import { z } from 'zod';

/** Jobs that may hold each other up (a slow receiver, a long repack) stand in different queues. */
export interface QueuePolicy {
  /** The number of jobs that one process works on at a time. */
  concurrency: number;
}

export interface JobPolicy<Q extends string = string> {
  queue: Q;
  payload: z.ZodType<object>;
  /** Tries before the job is given up and removed. */
  attempts: number;
  /** The wait before the second try; it doubles from try to try and is shortened by up to half at random. */
  backoffMs: number;
  /** The workers run the job by themselves this often, once over all processes. Its payload is then `{}`. */
  everySeconds?: number;
}

/** Jobs by their names, which stand in the queue's server: one that is renamed loses what waits there. */
export type Jobs<Q extends string = string> = Readonly<Record<string, JobPolicy<Q>>>;
export type JobName<J extends Jobs> = keyof J & string;
export type JobPayload<J extends Jobs, N extends JobName<J>> = z.output<J[N]['payload']>;

/** The payload of a job whose name says all; of every recurring one. */
export const NO_PAYLOAD = z.strictObject({});

/** The jobs of one feature: of each its queue, its payload and how often it is tried. */
export function defineJobs<const J extends Jobs>(jobs: J): J {
  return jobs;
}
