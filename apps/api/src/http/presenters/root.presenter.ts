/** The templates of GitHub's root endpoint, by their names; programs fail where one is missing, be it for what the hub does not have. */
const TEMPLATES = {
  authorizations_url: '/authorizations',
  code_search_url: '/search/code?q={query}{&page,per_page,sort,order}',
  commit_search_url: '/search/commits?q={query}{&page,per_page,sort,order}',
  current_user_repositories_url: '/user/repos{?type,page,per_page,sort}',
  current_user_url: '/user',
  emails_url: '/user/emails',
  emojis_url: '/emojis',
  events_url: '/events',
  feeds_url: '/feeds',
  followers_url: '/user/followers',
  following_url: '/user/following{/target}',
  gists_url: '/gists{/gist_id}',
  issue_search_url: '/search/issues?q={query}{&page,per_page,sort,order}',
  issues_url: '/issues',
  keys_url: '/user/keys',
  label_search_url: '/search/labels?q={query}&repository_id={repository_id}{&page,per_page}',
  notifications_url: '/notifications',
  organization_repositories_url: '/orgs/{org}/repos{?type,page,per_page,sort}',
  organization_teams_url: '/orgs/{org}/teams',
  organization_url: '/orgs/{org}',
  public_gists_url: '/gists/public',
  rate_limit_url: '/rate_limit',
  repository_search_url: '/search/repositories?q={query}{&page,per_page,sort,order}',
  repository_url: '/repos/{owner}/{repo}',
  starred_gists_url: '/gists/starred',
  starred_url: '/user/starred{/owner}{/repo}',
  user_organizations_url: '/user/orgs',
  user_repositories_url: '/users/{user}/repos{?type,page,per_page,sort}',
  user_search_url: '/search/users?q={query}{&page,per_page,sort,order}',
  user_url: '/users/{user}',
} as const;

/** `GET /api/v3`: URI templates (RFC 6570) of the API, as GitHub's root endpoint lists them. */
export function rootAddresses(baseUrl: string): Record<string, string> {
  const addresses = Object.entries(TEMPLATES).map(([name, path]) => [name, `${baseUrl}/api/v3${path}`]);
  return {
    ...(Object.fromEntries(addresses) as Record<string, string>),
    current_user_authorizations_html_url: `${baseUrl}/settings/tokens`,
  };
}
