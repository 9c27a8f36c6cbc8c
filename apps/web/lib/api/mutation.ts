import { pathOf, type ApiRoute, type ParamsOf } from '@granary/api-contract';
import { headers } from 'next/headers';
import type { z } from 'zod';
import { callApi, type ApiCall } from './request';

/** Changes something as the viewer. With a cookie goes the hub's own origin, which the serving process tells. */
export async function mutate(method: NonNullable<ApiCall['method']>, path: string, body?: unknown): Promise<Response> {
  const origin = (await headers()).get('x-granary-origin') ?? undefined;
  return callApi(path, { method, body, origin });
}

type BodyOf<R extends ApiRoute> = R['body'] extends z.ZodType ? [body: z.input<R['body']>] : [];

/** The same by a route of the REST API, with the body that it takes. */
export function send<R extends ApiRoute>(route: R, params: ParamsOf<R>, ...[body]: BodyOf<R>): Promise<Response> {
  return mutate(route.method, pathOf(route, params), body);
}
