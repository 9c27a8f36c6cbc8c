import type { FileLock } from '@granary/api-contract';
import { fullName, type FoundLock, type Repository } from '@granary/forge';
import { presentSimpleUser } from './user.presenter';

const encode = (path: string) => path.split('/').map(encodeURIComponent).join('/');

export function presentFileLock(lock: FoundLock, repository: Repository, baseUrl: string): FileLock {
  const { id, path, ref, owner, stale, lockedAt, onDefaultBranch } = lock;
  const name = fullName(repository);
  return {
    id,
    path,
    owner: presentSimpleUser(owner, baseUrl),
    ref,
    locked_at: lockedAt.toISOString(),
    stale,
    url: `${baseUrl}/api/v3/repos/${name}/lfs/locks/${id}`,
    html_url: onDefaultBranch ? `${baseUrl}/${name}/-/blob/${encode(repository.defaultBranch)}/${encode(path)}` : null,
  };
}
