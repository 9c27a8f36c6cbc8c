import type { JobPolicy, Jobs, QueuePolicy } from './define-jobs';

type Merged<P extends readonly Jobs[]> = P extends readonly [infer First, ...infer Rest extends readonly Jobs[]]
  ? First & Merged<Rest>
  : unknown;

/** The jobs of all features as one table. */
type MergedJobs<P extends readonly Jobs[]> = Merged<P> extends infer M extends Jobs ? M : never;

/** Every queue and every job of a program. */
export class Catalogue<J extends Jobs = Jobs, Q extends string = string> {
  readonly queueNames: readonly Q[];
  readonly jobNames: readonly string[];

  private constructor(
    readonly queues: Readonly<Record<Q, QueuePolicy>>,
    readonly jobs: J,
  ) {
    this.queueNames = Object.keys(queues) as Q[];
    this.jobNames = Object.keys(jobs);
  }

  /** @throws Error naming a job that two of `features` define. */
  static of<Q extends string, const P extends readonly Jobs<Q>[]>(
    queues: Readonly<Record<Q, QueuePolicy>>,
    features: P,
  ): Catalogue<MergedJobs<P>, Q> {
    const jobs = new Map<string, JobPolicy<Q>>();
    for (const [name, policy] of features.flatMap((feature) => Object.entries(feature))) {
      if (jobs.has(name)) throw new Error(`two features define the job ${name}`);
      jobs.set(name, policy);
    }
    // The entries are those of `features`, whose names the compiler loses on the way.
    return new Catalogue(queues, Object.fromEntries(jobs) as Jobs as MergedJobs<P>);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.jobs, name);
  }

  /** @throws Error if there is no such job. */
  policy(name: string): JobPolicy {
    const policy = this.jobs[name];
    if (!policy) throw new Error(`unknown job ${name}`);
    return policy;
  }
}
