import { visible } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../tokens';
import { OutageLines } from '../errors/outage-lines';
import type { PageFailure } from './page-thread-messages';

const UNAVAILABLE = 503;

/** Logs what pages fail at. Where the API refused what a page asked of it, the line names that request too. */
@Injectable()
export class PageFailures {
  private readonly outages = new OutageLines();

  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  note({ error, status, apiRequestId, requestId, path }: PageFailure): void {
    const untold = status === UNAVAILABLE ? this.outages.next() : 0;
    if (untold === null) return;
    const facts = { ...(untold > 0 ? { since_last_line: untold } : {}), requestId, path: visible(path) };
    const refusal = { status, because: error.message, apiRequestId };
    if (status !== undefined) this.log.error({ ...facts, ...refusal }, 'page failed');
    else this.log.error({ ...facts, err: error }, 'page failed');
  }
}
