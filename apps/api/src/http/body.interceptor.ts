import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { json, type RequestHandler } from 'express';
import { surfaceOf } from '../surface/path-surface';
import type { HubRequest } from './hub-request';
import { LARGE_BODY } from './large-body';

const jsonBody = json({ limit: '1mb' });
// As with GitHub, whatever the body is called: `curl -d '{…}'` says that it sends a form.
const anyBody = json({ limit: '1mb', type: () => true });
/** Base64 of 30 MB; what is larger is pushed, or uploaded in pieces. */
const largeBody = json({ limit: '40mb', type: () => true });
const largeJsonBody = json({ limit: '40mb' });
const lfsBody = json({ limit: '1mb', type: ['application/vnd.git-lfs+json', 'application/json'] });

/** Objects go to LFS by PUT and PATCH: those bodies stay streams, as everything of git and of pages does. */
function parserFor(request: HubRequest, isLarge: boolean): RequestHandler | null {
  switch (surfaceOf(request)) {
    case 'rest':
      // A browser sends forms for other sites too, with its user's cookie: there the type has to be said.
      if (request.session || ['GET', 'HEAD'].includes(request.method)) return isLarge ? largeJsonBody : jsonBody;
      return isLarge ? largeBody : anyBody;
    case 'web':
      return jsonBody;
    case 'lfs':
      return request.method === 'POST' ? lfsBody : null;
    default:
      return null;
  }
}

/** Parses JSON where the route's surface has it, once the guard has let the request in. */
@Injectable()
export class BodyInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<HubRequest>();
    const parse = parserFor(request, Reflect.getMetadata(LARGE_BODY, context.getHandler()) === true);
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
