import { avatarUrl, repositoryAddresses, userAddresses } from '@granary/api-contract';
import type { Repository } from '../repositories/repository.entity';
import { emailOf } from '../identity/email';
import type { User } from '../identity/user.entity';

/** Where the hub is met from outside. */
export interface Outside {
  /** Without a slash at the end. */
  baseUrl: string;
  /** Null: SSH is off. */
  ssh: { host: string; port: number; userName: string } | null;
}

/** GitHub's name for a user that nobody knows. Nobody can have it; the API answers to it. */
export const GHOST = 'ghost';

export function fullNameOf(repository: Repository): string {
  return `${repository.namespace.name}/${repository.name}`;
}

export function htmlUrlOf(repository: Repository, { baseUrl }: Outside): string {
  return `${baseUrl}/${fullNameOf(repository)}`;
}

/** GitHub's `pusher`, with the address that the hub writes into commits of that user. */
export function pusherFacts(user: User | null): object {
  return user ? { name: user.name, email: emailOf(user) } : { name: GHOST, email: null };
}

/** GitHub's `sender`; the ghost when nobody is known, who has no page. */
export function userFacts(user: User | null, { baseUrl }: Outside): object {
  const login = user?.name ?? GHOST;
  const id = user?.id ?? 0;
  const url = `${baseUrl}/api/v3/users/${login}`;
  return {
    login,
    id,
    node_id: nodeId('User', id),
    avatar_url: avatarUrl(baseUrl, 'user', id),
    gravatar_id: '',
    url,
    html_url: user ? `${baseUrl}/${login}` : baseUrl,
    ...userAddresses(url),
    type: 'User',
    site_admin: user?.isAdmin ?? false,
  };
}

/** GitHub's `repository` in all events but pushes. What the hub does not have is there and empty: receivers have types. */
export function repositoryFacts(repository: Repository, outside: Outside): object {
  const path = fullNameOf(repository);
  const htmlUrl = htmlUrlOf(repository, outside);
  const url = `${outside.baseUrl}/api/v3/repos/${path}`;
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
    url,
    ...repositoryAddresses(url),
    created_at: repository.createdAt.toISOString(),
    updated_at: repository.updatedAt.toISOString(),
    pushed_at: repository.pushedAt?.toISOString() ?? null,
    git_url: `${htmlUrl}.git`,
    ssh_url: sshUrl(path, outside.ssh),
    clone_url: `${htmlUrl}.git`,
    svn_url: htmlUrl,
    homepage: null,
    size: Math.ceil(repository.gitSizeBytes / 1024),
    ...NOT_HERE,
    visibility: repository.visibility,
    default_branch: repository.defaultBranch,
  };
}

/**
 * The same as pushes tell it: two times in seconds since 1970, on which programs stand whose types know no text there,
 * and the owner under the names that only pushes have.
 *
 * @see GitHub, "Webhook events and payloads", "push".
 */
export function pushedRepositoryFacts(repository: Repository, outside: Outside): object {
  const { owner } = repository.namespace;
  return {
    ...repositoryFacts(repository, outside),
    owner: {
      name: repository.namespace.name,
      email: owner ? emailOf(owner) : null,
      ...ownerFacts(repository, outside),
    },
    created_at: secondsOf(repository.createdAt),
    pushed_at: repository.pushedAt && secondsOf(repository.pushedAt),
    stargazers: 0,
    master_branch: repository.defaultBranch,
  };
}

/** GitHub's fields of what Granary is not. */
const NOT_HERE = {
  stargazers_count: 0,
  watchers_count: 0,
  language: null,
  has_issues: false,
  has_projects: false,
  has_downloads: true,
  has_wiki: false,
  has_pages: false,
  has_discussions: false,
  forks_count: 0,
  mirror_url: null,
  archived: false,
  disabled: false,
  open_issues_count: 0,
  license: null,
  allow_forking: false,
  is_template: false,
  web_commit_signoff_required: false,
  topics: [],
  custom_properties: {},
  forks: 0,
  open_issues: 0,
  watchers: 0,
};

function ownerFacts({ namespace }: Repository, outside: Outside): object {
  if (namespace.owner) return userFacts(namespace.owner, outside);
  const { baseUrl } = outside;
  const url = `${baseUrl}/api/v3/orgs/${namespace.name}`;
  return {
    login: namespace.name,
    id: namespace.id,
    node_id: nodeId('Organization', namespace.id),
    avatar_url: avatarUrl(baseUrl, 'organization', namespace.id),
    gravatar_id: '',
    url,
    html_url: `${baseUrl}/${namespace.name}`,
    ...userAddresses(url),
    type: 'Organization',
    site_admin: false,
  };
}

function secondsOf(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** Without SSH an empty text: GitHub's is never null. */
function sshUrl(path: string, ssh: Outside['ssh']): string {
  if (!ssh) return '';
  const { userName, host, port } = ssh;
  return port === 22 ? `${userName}@${host}:${path}.git` : `ssh://${userName}@${host}:${port}/${path}.git`;
}

function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString('base64');
}
