import { LfsCollectionState, LfsStoredObject } from '@granary/api-contract';
import { z } from 'zod';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi } from './request';

const PER_PAGE = 50;

export function lfsApiPath(repository: RepositoryName): string {
  return `${repositoryApiPath('/api/v3/repos', repository)}/lfs`;
}

export function readLfsCollections(repository: RepositoryName) {
  return readApi(`${lfsApiPath(repository)}/gc`, LfsCollectionState);
}

/** One page of the trash, what came last first. */
export async function readLfsTrash(
  repository: RepositoryName,
  page: number,
): Promise<{ objects: LfsStoredObject[]; hasNext: boolean }> {
  const read = (n: number) =>
    readApi(`${lfsApiPath(repository)}/objects`, z.array(LfsStoredObject), {
      state: 'trash',
      page: n,
      per_page: PER_PAGE,
    });
  const objects = await read(page);
  const hasNext = objects.length === PER_PAGE && (await read(page + 1)).length > 0;
  return { objects, hasNext };
}
