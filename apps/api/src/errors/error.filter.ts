import type { IncomingMessage, ServerResponse } from 'node:http';
import { DomainError, visible } from '@granary/kernel';
import { Catch, Injectable, Inject, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from 'pino';
import type { HubRequest } from '../http/hub-request';
import { surfaceOf } from '../surface/path-surface';
import type { Surface } from '../surface/surface';
import { LOGGER } from '../tokens';
import { asDomainError } from './as-domain-error';
import { hasLeft, isDeparture, tellDeparture } from './departure';
import { FailureCounts } from './failure-counts';
import { OutageLines } from './outage-lines';
import { renderGit, renderLfs, renderRest, renderText, type ErrorContext } from './renderers';

const RENDERERS: Record<Surface, typeof renderText> = {
  git: renderGit,
  lfs: renderLfs,
  rest: renderRest,
  web: renderRest,
  page: renderText,
  status: renderText,
};

/** The only place where an error becomes an answer. */
@Injectable()
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly outages = new OutageLines();

  constructor(
    @Inject(LOGGER) private readonly log: Logger,
    private readonly failures: FailureCounts,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<HubRequest>();
    this.answer(thrown, request, host.switchToHttp().getResponse<Response>());
  }

  answer(thrown: unknown, request: HubRequest, response: Response): void {
    const error = asDomainError(thrown);
    const facts = { requestId: request.requestId, method: request.method, path: visible(request.path) };
    if (isDeparture(thrown, hasLeft(response))) tellDeparture(this.log, thrown, facts);
    else this.note(error, facts);
    if (response.headersSent || response.destroyed) {
      // Too late for a status: breaking the connection is how a client notices that it has not got everything.
      response.destroy();
      return;
    }
    if (error.retryAfterSeconds) response.set('Retry-After', String(error.retryAfterSeconds));
    // RFC 9110, section 15.5.17: whoever asks for the rest learns that it has it all.
    const wholeBytes = error.code === 'range_not_satisfiable' ? error.details?.['size_bytes'] : undefined;
    if (typeof wholeBytes === 'number') response.set('Content-Range', `bytes */${wholeBytes}`);
    response.removeHeader('ETag');
    response.removeHeader('Repr-Digest');
    response.removeHeader('Content-Disposition');
    response.set('Cache-Control', 'no-store').set('X-Content-Type-Options', 'nosniff');
    const context: ErrorContext = {
      requestId: request.requestId,
      anonymous: request.actor?.kind !== 'user',
    };
    RENDERERS[surfaceOf(request)](response, error, context);
  }

  /** Of a request whose body stopped coming. */
  readonly answerTooSlow = (request: IncomingMessage, response: ServerResponse): void => {
    const late = new DomainError('timed_out', 'The request stopped arriving, and the hub has waited long enough.', {
      hint: 'Check the connection, then send it again.',
    });
    this.answer(late, request as HubRequest, response as Response);
  };

  private note(error: DomainError, facts: Record<string, unknown>): void {
    if (!this.failures.note(error)) return;
    const untold = error.code === 'unavailable' ? this.outages.next() : 0;
    if (untold === null) return;
    const what = {
      ...(untold > 0 ? { since_last_line: untold } : {}),
      ...facts,
      code: error.code,
    };
    this.log.error({ ...what, err: error.cause ?? error }, 'request failed');
  }
}
