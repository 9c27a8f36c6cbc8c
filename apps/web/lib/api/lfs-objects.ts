import { routes } from '@granary/api-contract';
import type { RepositoryName } from '@/lib/repository-url';
import { readRoute, readRows, within } from './route';

export function readLfsCollections(repository: RepositoryName) {
  return readRoute(routes.getLfsCollection, within(repository));
}

/** One page of the trash, what came last first. */
export function readLfsTrash(repository: RepositoryName, page: number) {
  return readRows(routes.listLfsObjects, within(repository), { state: 'trash', page });
}
