import { Router, type Request, type Response } from 'express';
import type { RouteRow } from '../access/route-table';

/** Tells the methods that routes take at a path; none where there is no route. */
export function methodsByPath(routes: readonly RouteRow[]): (path: string) => string[] {
  const router = Router();
  for (const { path, method } of routes) {
    router.all(path, (_request, response, next) => {
      (response.locals['methods'] as Set<string>).add(method);
      next();
    });
  }
  return (path) => {
    const methods = new Set<string>();
    const response = { locals: { methods } } as unknown as Response;
    router({ method: 'GET', url: path } as Request, response, () => undefined);
    if (methods.has('GET')) methods.add('HEAD');
    return [...methods].sort();
  };
}
