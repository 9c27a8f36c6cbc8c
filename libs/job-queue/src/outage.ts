import { isNativeError } from 'node:util/types';

/** Errors of sockets, and what Postgres says while it stops or starts (PostgreSQL, appendix A: classes 08 and 57P). */
const CODES = /^(ECONN|EPIPE$|ENOENT$|ENOTFOUND$|EAI_AGAIN$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|08|57P0[123]$)/;
/** What `pg`, `pg-pool` and `ioredis` throw without a code. */
const MESSAGES =
  /^(Connection (is closed|terminated|ended)|timeout exceeded when|timeout expired|Client has encountered a connection error)/;

/** True when `error` says that the server was not there, rather than that it refused what was asked. */
export function isOutage(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return CODES.test(code) || MESSAGES.test(error.message);
}

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
