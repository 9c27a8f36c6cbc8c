import { QueueReport } from '@granary/api-contract';
import { callApi } from './request';

export const QUEUES_API_PATH = '/api/v3/admin/queues';

/** @throws ApiFailure */
export async function readQueues(): Promise<QueueReport> {
  const response = await callApi(QUEUES_API_PATH);
  return QueueReport.parse(await response.json());
}
