import { RepositoryStorage, routes } from '@granary/api-contract';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi } from './request';
import { readRoute, within } from './route';

export function readNamespaceQuota(namespace: string) {
  return readRoute(routes.getQuota, { ns: namespace });
}

export function readRepositoryStorage(repository: RepositoryName) {
  return readApi(`${repositoryApiPath('/api/web/repos', repository)}/storage`, RepositoryStorage);
}

/** @param path a directory of the default branch; `''` is its root. */
export function readLfsUsage(repository: RepositoryName, path: string) {
  return readRoute(routes.getLfsUsage, within(repository), { path: path || null });
}
