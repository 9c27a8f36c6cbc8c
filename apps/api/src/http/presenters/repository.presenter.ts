import type { Repository as RepositoryView, RepositoryRole } from '@granary/api-contract';
import { fullName, roleAtLeast, type Actor, type Repository, type RepositoryAccessService } from '@granary/forge';
import { nodeId, presentOwner } from './user.presenter';

/** Where the hub is met from outside. */
export interface Outside {
  baseUrl: string;
  /** Null: SSH is off. */
  ssh: { host: string; port: number; userName: string } | null;
}

/** The address of a repository (`owner/name`) over SSH; the scp form where the port is the usual one. */
export function sshUrl(path: string, ssh: Outside['ssh']): string | null {
  if (!ssh) return null;
  const { userName, host, port } = ssh;
  return port === 22 ? `${userName}@${host}:${path}.git` : `ssh://${userName}@${host}:${port}/${path}.git`;
}

export function presentRepository(
  repository: Repository,
  role: RepositoryRole | null,
  outside: Outside,
): RepositoryView {
  const path = fullName(repository);
  const url = `${outside.baseUrl}/api/v3/repos/${path}`;
  const has = (needed: RepositoryRole) => roleAtLeast(role, needed);
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: path,
    owner: presentOwner(repository.namespace, outside.baseUrl),
    private: repository.visibility !== 'public',
    visibility: repository.visibility,
    description: repository.description,
    html_url: `${outside.baseUrl}/${path}`,
    url,
    clone_url: `${outside.baseUrl}/${path}.git`,
    ssh_url: sshUrl(path, outside.ssh),
    git_url: `${outside.baseUrl}/${path}.git`,
    default_branch: repository.defaultBranch,
    fork: false,
    archived: false,
    disabled: false,
    size: Math.ceil(repository.gitSizeBytes / 1024),
    created_at: repository.createdAt.toISOString(),
    updated_at: repository.updatedAt.toISOString(),
    pushed_at: repository.pushedAt?.toISOString() ?? null,
    permissions: {
      admin: has('admin'),
      maintain: has('maintain'),
      push: has('write'),
      triage: has('write'),
      pull: has('read'),
    },
    git_size_bytes: repository.gitSizeBytes,
    lfs_size_bytes: repository.lfsSizeBytes,
    lfs_object_count: repository.lfsObjectCount,
    empty: repository.isEmpty,
  };
}

/** A list, each with the actor's own role in it. */
export async function presentRepositories(
  repositories: Repository[],
  at: { actor: Actor; access: RepositoryAccessService; outside: Outside },
): Promise<RepositoryView[]> {
  const roles = await at.access.rolesIn(at.actor, repositories);
  return repositories.map((repository) => presentRepository(repository, roles.get(repository.id) ?? null, at.outside));
}
