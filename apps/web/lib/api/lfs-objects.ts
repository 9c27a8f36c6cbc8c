import { LfsCollectionState, LfsStoredObject } from '@granary/api-contract';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi, readList } from './request';

export function lfsApiPath(repository: RepositoryName): string {
  return `${repositoryApiPath('/api/v3/repos', repository)}/lfs`;
}

export function readLfsCollections(repository: RepositoryName) {
  return readApi(`${lfsApiPath(repository)}/gc`, LfsCollectionState);
}

/** One page of the trash, what came last first. */
export function readLfsTrash(repository: RepositoryName, page: number) {
  return readList(`${lfsApiPath(repository)}/objects`, LfsStoredObject, { state: 'trash', page });
}
