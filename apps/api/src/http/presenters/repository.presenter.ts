import {
  repositoryAddresses,
  type GithubRepository,
  type Repository as RepositoryView,
  type RepositoryRole,
} from '@granary/api-contract';
import { fullName, roleAtLeast, type Actor, type Repository, type RepositoryAccessService } from '@granary/forge';
import { asGithubUser, nodeId, presentOwner } from './user.presenter';

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

/** A role as GitHub tells it in repositories and of collaborators. */
export function permissionsOf(role: RepositoryRole | null): RepositoryView['permissions'] {
  const has = (needed: RepositoryRole) => roleAtLeast(role, needed);
  return {
    admin: has('admin'),
    maintain: has('maintain'),
    push: has('write'),
    triage: has('write'),
    pull: has('read'),
  };
}

export function presentRepository(
  repository: Repository,
  role: RepositoryRole | null,
  outside: Outside,
): RepositoryView {
  const path = fullName(repository);
  const url = `${outside.baseUrl}/api/v3/repos/${path}`;
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
    permissions: permissionsOf(role),
    git_size_bytes: repository.gitSizeBytes,
    lfs_size_bytes: repository.lfsSizeBytes,
    lfs_object_count: repository.lfsObjectCount,
    empty: repository.isEmpty,
  };
}

/** GitHub's fields of what the hub is not. */
const NOT_HERE = {
  mirror_url: null,
  homepage: null,
  language: null,
  license: null,
  topics: [],
  is_template: false,
  allow_forking: false,
  web_commit_signoff_required: false,
  has_issues: false,
  has_projects: false,
  has_wiki: false,
  has_pages: false,
  has_downloads: false,
  has_discussions: false,
  forks_count: 0,
  stargazers_count: 0,
  watchers_count: 0,
  open_issues_count: 0,
  network_count: 0,
  subscribers_count: 0,
  forks: 0,
  open_issues: 0,
  watchers: 0,
};

/** For programs: with all that those written for GitHub look for. */
export function presentGithubRepository(
  repository: Repository,
  role: RepositoryRole | null,
  outside: Outside,
): GithubRepository {
  const view = presentRepository(repository, role, outside);
  return {
    ...view,
    owner: asGithubUser(view.owner),
    svn_url: view.html_url,
    ...NOT_HERE,
    ...repositoryAddresses(view.url),
  };
}

interface ListContext {
  actor: Actor;
  access: RepositoryAccessService;
  outside: Outside;
}

/** A list for pages, each with the actor's own role in it. */
export async function presentRepositories(repositories: Repository[], at: ListContext): Promise<RepositoryView[]> {
  const roles = await at.access.rolesIn(at.actor, repositories);
  return repositories.map((repository) => presentRepository(repository, roles.get(repository.id) ?? null, at.outside));
}

/** The same for programs. */
export async function presentGithubRepositories(
  repositories: Repository[],
  at: ListContext,
): Promise<GithubRepository[]> {
  const roles = await at.access.rolesIn(at.actor, repositories);
  return repositories.map((repository) =>
    presentGithubRepository(repository, roles.get(repository.id) ?? null, at.outside),
  );
}
