import type { Repository } from '../repositories/repository.entity';
import type { User } from '../identity/user.entity';

/** Where the hub is met from outside. */
export interface Outside {
  /** Without a slash at the end. */
  baseUrl: string;
  /** Null: SSH is off. */
  ssh: { host: string; port: number; userName: string } | null;
}

/** GitHub's name for a user that nobody knows. */
const GHOST = 'ghost';

export function fullNameOf(repository: Repository): string {
  return `${repository.namespace.name}/${repository.name}`;
}

export function htmlUrlOf(repository: Repository, { baseUrl }: Outside): string {
  return `${baseUrl}/${fullNameOf(repository)}`;
}

/** GitHub's `sender`; the ghost when nobody is known. */
export function userFacts(user: User | null, { baseUrl }: Outside): object {
  const login = user?.name ?? GHOST;
  return {
    login,
    id: user?.id ?? 0,
    node_id: nodeId('User', user?.id ?? 0),
    avatar_url: '',
    url: `${baseUrl}/api/v3/users/${login}`,
    html_url: `${baseUrl}/${login}`,
    type: 'User',
    site_admin: user?.isAdmin ?? false,
  };
}

/** GitHub's `repository`. */
export function repositoryFacts(repository: Repository, outside: Outside): object {
  const path = fullNameOf(repository);
  const htmlUrl = htmlUrlOf(repository, outside);
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: path,
    private: repository.visibility !== 'public',
    owner: ownerFacts(repository, outside),
    html_url: htmlUrl,
    description: repository.description,
    fork: false,
    url: `${outside.baseUrl}/api/v3/repos/${path}`,
    created_at: repository.createdAt.toISOString(),
    updated_at: repository.updatedAt.toISOString(),
    pushed_at: repository.pushedAt?.toISOString() ?? null,
    git_url: `${htmlUrl}.git`,
    ssh_url: sshUrl(path, outside.ssh),
    clone_url: `${htmlUrl}.git`,
    size: Math.ceil(repository.gitSizeBytes / 1024),
    archived: false,
    disabled: false,
    visibility: repository.visibility,
    default_branch: repository.defaultBranch,
  };
}

function ownerFacts({ namespace }: Repository, outside: Outside): object {
  if (namespace.owner) return userFacts(namespace.owner, outside);
  return {
    login: namespace.name,
    id: namespace.id,
    node_id: nodeId('Organization', namespace.id),
    avatar_url: '',
    url: `${outside.baseUrl}/api/v3/orgs/${namespace.name}`,
    html_url: `${outside.baseUrl}/${namespace.name}`,
    type: 'Organization',
    site_admin: false,
  };
}

function sshUrl(path: string, ssh: Outside['ssh']): string | null {
  if (!ssh) return null;
  const { userName, host, port } = ssh;
  return port === 22 ? `${userName}@${host}:${path}.git` : `ssh://${userName}@${host}:${port}/${path}.git`;
}

function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString('base64');
}
