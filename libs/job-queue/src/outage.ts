/**
 * An outage in the words that BullMQ knows: it waits before its next try only after ECONNREFUSED, and after any other
 * error (a unix socket's ENOENT, a Postgres that starts up) it would ask again at once and for ever.
 */
export class QueueUnreachableError extends Error {
  readonly code = 'ECONNREFUSED';

  constructor(cause: unknown) {
    super(`the job queue cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'QueueUnreachableError';
  }
}
