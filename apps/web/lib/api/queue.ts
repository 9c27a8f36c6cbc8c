import { QueueReport } from '@granary/api-contract';
import { readApi } from './request';

export const QUEUES_API_PATH = '/api/v3/admin/queues';

/** @throws ApiFailure */
export function readQueues() {
  return readApi(QUEUES_API_PATH, QueueReport);
}
