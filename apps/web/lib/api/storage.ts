import { LfsUsage, NamespaceQuota, RepositoryStorage } from '@granary/api-contract';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi } from './request';

export function readNamespaceQuota(namespace: string) {
  return readApi(`/api/v3/namespaces/${encodeURIComponent(namespace)}/quota`, NamespaceQuota);
}

export function readRepositoryStorage(repository: RepositoryName) {
  return readApi(`${repositoryApiPath('/api/web/repos', repository)}/storage`, RepositoryStorage);
}

/** @param path a directory of the default branch; `''` is its root. */
export function readLfsUsage(repository: RepositoryName, path: string) {
  return readApi(`${repositoryApiPath('/api/v3/repos', repository)}/lfs/usage`, LfsUsage, { path: path || null });
}
