import { routes } from '@granary/api-contract';
import { readRoute } from './route';

/** @throws ApiFailure */
export function readQueues() {
  return readRoute(routes.getQueues, {});
}
