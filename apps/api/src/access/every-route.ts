import type { Type } from '@nestjs/common';
import { routesOf, type RouteRow } from './route-table';

/** @throws Error naming every route that does not say who may use it, or which protocol it speaks. */
export function requireDeclaredRoutes(controllers: readonly Type[]): void {
  const routes = routesOf(controllers);
  refuse(routes, 'an access annotation', ({ rule }) => rule === undefined);
  refuse(routes, 'a surface', ({ surface }) => surface === undefined);
}

function refuse(routes: RouteRow[], what: string, isBare: (route: RouteRow) => boolean): void {
  const bare = routes.filter(isBare).map(({ name }) => name);
  if (bare.length > 0) throw new Error(`Routes without ${what}: ${[...new Set(bare)].join(', ')}`);
}
