import { withOrigin } from '@granary/forge';
import { timeOrderedId } from '@granary/kernel';
import type { RequestHandler } from 'express';
import type { HubRequest } from './http/hub-request';

/** Each request gets an id and an origin, which the guard fills in; headers that only the hub itself may set are dropped at the door. */
export const requestContext: RequestHandler = (request, response, next) => {
  const hubRequest = request as HubRequest;
  hubRequest.requestId = timeOrderedId();
  response.setHeader('X-Request-Id', hubRequest.requestId);
  withOrigin({}, next);
};
