import { routes } from '@granary/api-contract';
import type { RepositoryName } from '@/lib/repository-url';
import { readRoute, readRows, within } from './route';

export function readHooks(repository: RepositoryName, page: number) {
  return readRows(routes.listHooks, within(repository), { page });
}

export function readHook(repository: RepositoryName, hookId: number) {
  return readRoute(routes.getHook, { ...within(repository), id: hookId });
}

export function readDeliveries(repository: RepositoryName, { hookId, page }: { hookId: number; page: number }) {
  return readRows(routes.listHookDeliveries, { ...within(repository), id: hookId }, { page });
}

export function readDelivery(repository: RepositoryName, { hookId, id }: { hookId: number; id: number }) {
  return readRoute(routes.getHookDelivery, { ...within(repository), id: hookId, delivery: id });
}
