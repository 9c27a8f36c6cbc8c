import type { GitRepository } from '../repository/git-repository';
import type { CatFile } from './cat-file';
import { openPrivateCatFile } from './private-cat-file';

/** `work` with the process that the repository's readers share, or with one of its own. */
export async function withObjects<T>(repository: GitRepository, work: (objects: CatFile) => Promise<T>): Promise<T> {
  if (repository.objects) return work(repository.objects);
  const { home, path: repositoryPath, signal, env } = repository;
  const own = openPrivateCatFile(home, { repositoryPath, signal, env });
  try {
    return await work(own.catFile);
  } finally {
    await own.close();
  }
}
