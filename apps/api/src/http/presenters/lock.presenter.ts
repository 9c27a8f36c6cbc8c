import { atOf, branchRef, pageBelow, type FileLock } from '@granary/api-contract';
import { fullName, type FoundLock, type Repository } from '@granary/forge';
import { presentSimpleUser } from './user.presenter';

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
    html_url: onDefaultBranch
      ? pageBelow(`${baseUrl}/${name}`, 'blob', atOf(branchRef(repository.defaultBranch), path))
      : null,
  };
}
