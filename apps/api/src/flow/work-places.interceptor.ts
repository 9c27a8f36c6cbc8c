import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { HubRequest } from '../http/hub-request';
import { surfaceOf } from '../surface/path-surface';
import { claimantOf } from './claimant';
import { WorkPlaces, type WorkKind } from './work-places';

/** Git has limits of its own, and health checks wait for nobody. */
function kindOf(request: HubRequest): WorkKind | null {
  // A body that is still on its way is a file; how long that takes is up to the client.
  if (!request.complete) return null;
  switch (surfaceOf(request)) {
    case 'rest':
    case 'page':
      return 'api';
    case 'web':
      return 'web';
    case 'lfs':
      return request.method === 'POST' ? 'api' : null;
    default:
      return null;
  }
}

/** Gives each request of a route its turn, once the guard has let it in and its JSON has come. */
@Injectable()
export class WorkPlacesInterceptor implements NestInterceptor {
  constructor(private readonly places: WorkPlaces) {}

  async intercept(context: ExecutionContext, next: CallHandler) {
    const request = context.switchToHttp().getRequest<HubRequest>();
    const kind = kindOf(request);
    if (kind && request.res) {
      const claimant = claimantOf(request.actor, request.clientAddress);
      await this.places.hold(kind, { claimant, response: request.res });
    }
    return next.handle();
  }
}
