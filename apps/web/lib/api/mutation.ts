import { headers } from 'next/headers';
import { callApi, type ApiCall } from './request';

/** Changes something as the viewer. With a cookie goes the hub's own origin, which the serving process tells. */
export async function mutate(method: NonNullable<ApiCall['method']>, path: string, body?: unknown): Promise<Response> {
  const origin = (await headers()).get('x-granary-origin') ?? undefined;
  return callApi(path, { method, body, origin });
}
