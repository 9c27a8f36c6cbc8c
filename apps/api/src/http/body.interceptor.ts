import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { json, type RequestHandler } from 'express';
import type { Surface } from '../surface/surface';
import { surfaceOf } from '../surface/path-surface';
import type { HubRequest } from './hub-request';

const restBody = json({ limit: '1mb' });
const lfsBody = json({ limit: '1mb', type: ['application/vnd.git-lfs+json', 'application/json'] });

/** Objects go to LFS by PUT and PATCH: those bodies stay streams, as everything of git and of pages does. */
function parserFor(surface: Surface, method: string): RequestHandler | null {
  if (surface === 'rest' || surface === 'web') return restBody;
  return surface === 'lfs' && method === 'POST' ? lfsBody : null;
}

/** Parses JSON where the route's surface has it, once the guard has let the request in. */
@Injectable()
export class BodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<HubRequest>();
    const parse = parserFor(surfaceOf(request), request.method);
    if (parse && request.res) await parsed(parse, request);
    return next.handle();
  }
}

function parsed(parse: RequestHandler, request: HubRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown) => (error ? reject(error as Error) : resolve());
    void parse(request, request.res as NonNullable<HubRequest['res']>, done);
  });
}
