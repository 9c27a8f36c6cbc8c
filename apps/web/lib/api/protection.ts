import { routes } from '@granary/api-contract';
import type { RepositoryName } from '@/lib/repository-url';
import { readRoute, readRows, within } from './route';

export function readProtections(repository: RepositoryName, page: number) {
  return readRows(routes.listProtections, within(repository), { page });
}

export function readProtection(repository: RepositoryName, id: number) {
  return readRoute(routes.getProtection, { ...within(repository), id });
}

export function readPushRules(repository: RepositoryName) {
  return readRoute(routes.getPushRules, within(repository));
}
