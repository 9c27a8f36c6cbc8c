import { pathOf, type ApiRoute, type ParamsOf } from '@granary/api-contract';
import type { z } from 'zod';
import type { RepositoryName } from '@/lib/repository-url';
import { readApi, readList, type ApiCall, type ListPage } from './request';

/** A repository as the parameters of its routes. */
export const within = ({ owner, name }: RepositoryName) => ({ ns: owner, repo: name });

/** Reads what a route of the REST API answers. Throws as {@link readApi} does. */
export function readRoute<S extends z.ZodType, R extends ApiRoute<S>>(
  route: R & ApiRoute<S>,
  params: ParamsOf<R>,
  query?: ApiCall['query'],
): Promise<z.output<S>> {
  return readApi(pathOf<R>(route, params), route.answer, query);
}

/** The same for a page of a list. */
export function readRows<Row extends z.ZodType, R extends ApiRoute<z.ZodArray<Row>>>(
  route: R & ApiRoute<z.ZodArray<Row>>,
  params: ParamsOf<R>,
  query: ApiCall['query'],
): Promise<ListPage<z.output<Row>>> {
  return readList(pathOf<R>(route, params), route.answer.element, query);
}
