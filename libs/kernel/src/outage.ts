import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';

/**
 * Errors of sockets, and what Postgres says while it stops, starts or has no more to give (PostgreSQL, appendix A):
 * class 08 connections, 53 resources (53300: no connection left), 57P operators, 25006 a standby that takes no writes.
 */
const CODES = /^(ECONN|EPIPE$|ENOTFOUND$|EAI_AGAIN$|ETIMEDOUT$|EHOSTUNREACH$|ENETUNREACH$|08|53|57P0[1235]$|25006$)/;
/** What `pg`, `pg-pool` and `ioredis` throw without a code. */
const MESSAGES =
  /^(Connection (is closed|terminated|ended)|timeout exceeded when|timeout expired|Client has encountered a connection error|Query read timeout)/;
/** A Redis that is there and takes no writes: no memory, a replica, a disk that fails, a file that is still read. */
const REDIS_TAKES_NO_WRITES = /^(OOM|READONLY|MISCONF|LOADING|MASTERDOWN|NOREPLICAS|CLUSTERDOWN|TRYAGAIN) /;
/** TypeORM's word for a transaction whose connection broke between two statements. */
const BROKEN_TRANSACTION = 'QueryRunnerAlreadyReleasedError';
/** Codes of a server that will have room again in a moment: no connection left, starting up. */
const PASSING = /^(53300|57P03)$/;

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** A server's unix socket that is not there; of any other file that is missing a defect must not be told as an outage. */
function isAbsentSocket(error: Error): boolean {
  return codeOf(error) === 'ENOENT' && 'syscall' in error && error.syscall === 'connect';
}

/** True when `error` says that a database or queue was not there or had no room, rather than that it refused what was asked. */
export function isServerOutage(error: unknown): boolean {
  if (!isNativeError(error)) return false;
  return (
    CODES.test(codeOf(error)) ||
    isAbsentSocket(error) ||
    MESSAGES.test(error.message) ||
    REDIS_TAKES_NO_WRITES.test(error.message) ||
    error.name === BROKEN_TRANSACTION
  );
}

/** True when the same question may well be answered a second later. */
export function isPassingOutage(error: unknown): boolean {
  return isNativeError(error) && PASSING.test(codeOf(error));
}

const WAIT_MS = { first: 50, most: 1_000 };

/**
 * Asks again while the server only has no room for the moment, for at most `withinMs`.
 *
 * @throws what the last try threw.
 */
export async function patiently<T>(ask: () => Promise<T>, withinMs: number): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (let waitMs = WAIT_MS.first; ; waitMs = Math.min(waitMs * 2, WAIT_MS.most)) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassingOutage(error) || Date.now() + waitMs > deadline) throw error;
      // Spread, for those who wait for the same connection.
      await sleep(waitMs * (0.5 + Math.random() / 2));
    }
  }
}
