import type { LogLevel } from '@granary/log';

/** What the thread of the pages is started with. */
export interface PageThreadSettings {
  /** Where package.json stands. */
  root: string;
  /** Where the hub's own API listens. */
  internalUrl: string;
  /** Where the thread is to listen for requests for pages. */
  socketPath: string;
  logLevel: LogLevel;
}

/** A page, as the log names it. */
export interface PageName {
  requestId: string;
  path: string;
}

/** What a page failed at. Structured cloning keeps nothing of an error but its name, message and stack. */
export interface PageFailure extends PageName {
  error: Error;
  /** Where the API refused what the page asked of it, with which status and under which request's id. */
  status?: number;
  apiRequestId?: string;
}

/** @param error anything; the web's `ApiFailure` is told apart by its name. */
export function pageFailure(error: unknown, page: PageName): PageFailure {
  if (!(error instanceof Error)) return { ...page, error: new Error(String(error)) };
  if (error.name !== 'ApiFailure') return { ...page, error };
  const { status, problem } = error as Error & { status?: number; problem?: { request_id?: string } };
  return { ...page, error, status, apiRequestId: problem?.request_id };
}

/** What the thread tells the hub. */
export type PageThreadNews = { event: 'listening' } | ({ event: 'failed' } & PageFailure);

/** What the hub tells the thread: to end. */
export const CLOSE = 'close';
