import { callApi, type ApiCall } from './request';
import { getViewer } from './viewer';

/** Changes something as the viewer. The API checks the Origin of what comes with a cookie, so it gets the hub's own. */
export async function mutate(method: NonNullable<ApiCall['method']>, path: string, body?: unknown): Promise<Response> {
  const { base_url } = await getViewer();
  return callApi(path, { method, body, origin: new URL(base_url).origin });
}
