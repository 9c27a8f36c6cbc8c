import type { Jobs } from './define-jobs';
import type { JobHandlers } from './workers';

/** The handlers of all jobs, to which each feature adds those of its own. */
export class HandlerTable {
  private readonly handlers = new Map<string, JobHandlers[string]>();

  /** @throws Error naming a job that has a handler already. */
  add<J extends Jobs>(handlers: JobHandlers<J>): void {
    for (const [name, handler] of Object.entries<unknown>(handlers)) {
      if (this.handlers.has(name)) throw new Error(`the job ${name} has two handlers`);
      // Each is called with what the schema of its job's very name gave, which the compiler cannot follow.
      this.handlers.set(name, handler as JobHandlers[string]);
    }
  }

  all(): JobHandlers {
    return Object.fromEntries(this.handlers);
  }
}
