/** By field, what follows the address of a repository in GitHub's API. Those of things that the hub has not answer 404. */
const OF_REPOSITORY = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  contributors_url: '/contributors',
  deployments_url: '/deployments',
  downloads_url: '/downloads',
  events_url: '/events',
  forks_url: '/forks',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  hooks_url: '/hooks',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  languages_url: '/languages',
  merges_url: '/merges',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  stargazers_url: '/stargazers',
  statuses_url: '/statuses/{sha}',
  subscribers_url: '/subscribers',
  subscription_url: '/subscription',
  tags_url: '/tags',
  teams_url: '/teams',
  trees_url: '/git/trees{/sha}',
} as const;

const OF_USER = {
  followers_url: '/followers',
  following_url: '/following{/other_user}',
  gists_url: '/gists{/gist_id}',
  starred_url: '/starred{/owner}{/repo}',
  subscriptions_url: '/subscriptions',
  organizations_url: '/orgs',
  repos_url: '/repos',
  events_url: '/events{/privacy}',
  received_events_url: '/received_events',
} as const;

export type RepositoryAddresses = Record<keyof typeof OF_REPOSITORY, string>;
export type UserAddresses = Record<keyof typeof OF_USER, string>;

/** GitHub's addresses and templates of addresses (RFC 6570) below a repository. @param url its own, in the API. */
export function repositoryAddresses(url: string): RepositoryAddresses {
  return below(url, OF_REPOSITORY);
}

/** As {@link repositoryAddresses}, below a user or an organisation. */
export function userAddresses(url: string): UserAddresses {
  return below(url, OF_USER);
}

function below<K extends string>(url: string, paths: Record<K, string>): Record<K, string> {
  const entries = Object.entries<string>(paths).map(([field, path]) => [field, url + path]);
  return Object.fromEntries(entries) as Record<K, string>;
}

/**
 * Where the picture of a user or an organisation is. As with GitHub's there is a query already, to which programs add
 * the size that they want (`&s=64`).
 */
export function avatarUrl(baseUrl: string, kind: 'user' | 'organization', id: number): string {
  return `${baseUrl}/-/avatars/${kind === 'user' ? 'u' : 'o'}/${id}?v=1`;
}
