import { createHash } from 'node:crypto';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { surfaceOf } from '../../surface/path-surface';
import type { HubRequest } from '../hub-request';
import { isFresh } from '../send-body';

/** What a program's answer in JSON depends on beside its address. */
const VARY = 'Accept, Authorization, Cookie';

/**
 * Gives answers of the REST API in JSON what GitHub's have: an entity tag and `304` for who holds it, `Last-Modified`
 * where a controller has set it, and `Location` for what was created.
 */
@Injectable()
export class RestAnswersInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<HubRequest>();
    if (surfaceOf(request) === 'rest' && request.res) answerAsGithub(request, request.res);
    return next.handle();
  }
}

function answerAsGithub(request: Request, response: Response): void {
  const json = response.json.bind(response);
  response.json = (body: unknown) => {
    const { statusCode: status } = response;
    response.set('X-GitHub-Media-Type', 'github.v3; format=json');
    if (status === 201) noteLocation(response, body);
    if (status !== 200 || !['GET', 'HEAD'].includes(request.method)) return json(body);
    return sendJson(JSON.stringify(body), request, response);
  };
}

function noteLocation(response: Response, body: unknown): void {
  const url = typeof body === 'object' && body !== null && 'url' in body ? body.url : null;
  if (typeof url === 'string') response.set('Location', url);
}

function sendJson(text: string, request: Request, response: Response): Response {
  // Weak, as the same answer may be sent compressed on its way.
  const etag = `W/"${createHash('sha256').update(text).digest('base64url')}"`;
  response.set({ ETag: etag, 'Cache-Control': 'private, no-cache', Vary: VARY });
  if (isFresh(request, etag) || isUnmodified(request, response)) return response.status(304).end();
  return response.type('application/json').send(text);
}

/** Only the very moment that the hub told before: two states of one thing may be told in either order. */
function isUnmodified(request: Request, response: Response): boolean {
  const since = request.get('if-modified-since');
  return since !== undefined && request.get('if-none-match') === undefined && since === response.get('Last-Modified');
}

/**
 * Tells when the thing was changed last. Not within the same second: another change in it would show the same moment
 * (RFC 9110, section 8.8.2.2).
 */
export function noteLastModified(response: Response, moments: readonly (Date | null)[], now = Date.now()): void {
  const seconds = Math.floor(Math.max(...moments.map((moment) => moment?.getTime() ?? 0)) / 1000);
  if (seconds > 0 && seconds < Math.floor(now / 1000)) {
    response.set('Last-Modified', new Date(seconds * 1000).toUTCString());
  }
}
