import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { json, type Request, type RequestHandler } from 'express';
import { surfaceOf } from '../surface/path-surface';
import type { HubRequest } from './hub-request';
import { LARGE_BODY } from './large-body';
import { LargeBodies } from './large-bodies';

const jsonBody = json({ limit: '1mb' });
// As with GitHub, whatever the body is called: `curl -d '{…}'` says that it sends a form.
const anyBody = json({ limit: '1mb', type: () => true });
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
  constructor(private readonly large: LargeBodies) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<HubRequest>();
    const isLarge = Reflect.getMetadata(LARGE_BODY, context.getHandler()) === true;
    const parse = parserFor(request, isLarge);
    if (parse && request.res) {
      if (isLarge && this.large.isOne(request))
        await this.large.receive(request, (body) => parsed(parse, request, body));
      else await parsed(parse, request, request);
    }
    return next.handle();
  }
}

/** @param source where the body is read from; what it holds belongs to `request`. */
function parsed(parse: RequestHandler, request: HubRequest, source: Request): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown) => {
      if (error) return reject(error as Error);
      request.body = source.body as unknown;
      resolve();
    };
    void parse(source, request.res as NonNullable<HubRequest['res']>, done);
  });
}
