import { visible } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../tokens';
import { OutageLines } from './outage-lines';

interface FailedPage {
  requestId: string;
  path: string;
}

const UNAVAILABLE = 503;

/** Logs what pages fail at. Where the API refused what a page asked of it, the line names that request too. */
@Injectable()
export class PageFailures {
  private readonly outages = new OutageLines();

  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  note(error: unknown, { requestId, path }: FailedPage): void {
    const refusal = refusalOf(error);
    const untold = refusal?.status === UNAVAILABLE ? this.outages.next() : 0;
    if (untold === null) return;
    const facts = { ...(untold > 0 ? { since_last_line: untold } : {}), requestId, path: visible(path) };
    if (refusal) this.log.error({ ...facts, ...refusal }, 'page failed');
    else this.log.error({ ...facts, err: error }, 'page failed');
  }
}

/** What the API answered to a page, as the web's own error has it; null for a defect of the page. */
function refusalOf(error: unknown): { status: number; because: string; apiRequestId?: string } | null {
  if (!(error instanceof Error) || error.name !== 'ApiFailure') return null;
  const { status, problem } = error as Error & { status: number; problem?: { request_id?: string } };
  return { status, because: error.message, apiRequestId: problem?.request_id };
}
