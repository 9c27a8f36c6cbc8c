import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { QueryFailedError } from 'typeorm';
import { asDomainError } from './as-domain-error';

/** What is a defect whoever hears of it. */
const DEFECTS = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError, QueryFailedError];
const MAX_CAUSES = 5;

/** Whether the client closed the connection before it had its answer; false where the hub broke it off itself. */
export function hasLeft(response: Pick<ServerResponse, 'destroyed' | 'writableFinished' | 'errored'>): boolean {
  if (!response.destroyed || response.writableFinished) return false;
  const { errored } = response;
  return !errored || isBreak(errored);
}

/**
 * Whether a failure only tells that its client left early: then everything that was started for it ends, each in its
 * own words. Defects, damage and full disks are told whoever was there to see them.
 */
export function isDeparture(thrown: unknown, isGone: boolean): boolean {
  if (!isGone) return false;
  const { code } = asDomainError(thrown);
  if (code !== 'internal' && code !== 'unavailable' && code !== 'timed_out') return false;
  return !causesOf(thrown).some((cause) => DEFECTS.some((defect) => cause instanceof defect));
}

/** The one line that a client who left early is worth. */
export function tellDeparture(log: Pick<Logger, 'info'>, thrown: unknown, facts: Record<string, unknown>): void {
  log.info({ ...facts, reason: thrown instanceof Error ? thrown.message : String(thrown) }, 'a client left early');
}

/** What a stream says when its other end is gone, or when who waited for it is. */
function isBreak(error: Error): boolean {
  const { code } = error as { code?: unknown };
  const isBroken = typeof code === 'string' && /^(ECONNRESET|EPIPE|ABORT_ERR|ERR_STREAM_PREMATURE_CLOSE)$/.test(code);
  return isBroken || error.message === 'the client has left';
}

function causesOf(thrown: unknown): unknown[] {
  const causes: unknown[] = [];
  for (let cause = thrown; cause instanceof Error && causes.length < MAX_CAUSES; cause = cause.cause)
    causes.push(cause);
  return causes;
}
