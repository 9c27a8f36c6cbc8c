import { LocksPage, routes } from '@granary/api-contract';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi } from './request';
import { readRoute, within } from './route';

export interface LockFilter {
  q: string;
  owner: string;
}

export function readLocks(repository: RepositoryName, { q, owner, page }: LockFilter & { page: number }) {
  const query = { q: q || null, owner: owner || null, page };
  return readApi(`${repositoryApiPath('/api/web/repos', repository)}/locks`, LocksPage, query);
}

export function readLfsRules(repository: RepositoryName) {
  return readRoute(routes.getLfsRules, within(repository));
}
