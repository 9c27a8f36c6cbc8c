import { routes } from '@granary/api-contract';
import { readRoute } from './route';

export const QUEUES_API_PATH = '/api/v3/admin/queues';

/** @throws ApiFailure */
export function readQueues() {
  return readRoute(routes.getQueues, {});
}
