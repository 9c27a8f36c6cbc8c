import type { ServeResult } from '@granary/git-process';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../tokens';
import { isDeparture, tellDeparture } from './departure';

/** Who asked for what, in the log. */
export interface GitCallFacts {
  requestId: string;
  operation: string;
  signal: AbortSignal;
}

/** Tells how fetches and pushes ended, over HTTP and SSH alike. */
@Injectable()
export class GitOutcomes {
  constructor(@Inject(LOGGER) private readonly log: Logger) {}

  tell({ exitCode, isCut, stderr }: ServeResult, { requestId, operation, signal }: GitCallFacts): void {
    if (isCut && signal.aborted) tellDeparture(this.log, signal.reason, { requestId, operation });
    if (exitCode === 0 || isCut) return;
    this.log.warn({ requestId, operation, exitCode, stderr }, 'git failed');
  }

  hookFailed(err: unknown, { requestId, signal }: Omit<GitCallFacts, 'operation'>): void {
    if (isDeparture(err, signal.aborted)) tellDeparture(this.log, err, { requestId });
    else this.log.error({ err, requestId }, 'a push hook failed');
  }
}
