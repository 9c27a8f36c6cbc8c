import type { SimpleUser } from './common';
import type { RepositoryAddresses, UserAddresses } from './github-addresses';
import type { Repository } from './repositories';
import type { User } from './users';

/** A user in answers of the REST API: with all fields of GitHub's, on which programs with types stand. */
export type GithubUser = SimpleUser & UserAddresses & { gravatar_id: ''; user_view_type: 'public' };

/** `GET /api/v3/users/:name`. What a profile of the hub does not hold is null. */
export type GithubProfile = User &
  GithubUser & {
    bio: null;
    blog: '';
    company: null;
    location: null;
    hireable: null;
    twitter_username: null;
    public_gists: number;
    followers: number;
    following: number;
  };

/** What `GET /api/v3/user` has beyond that. */
export interface OwnTotals {
  private_gists: number;
  total_private_repos: number;
  owned_private_repos: number;
  /** KiB, as GitHub counts. */
  disk_usage: number;
  /** People who were invited to private repositories of the user. */
  collaborators: number;
  two_factor_authentication: boolean;
}

/** A repository in answers of the REST API. What the hub is not (issues, wiki, pages, forks) is off, none or null. */
export type GithubRepository = Omit<Repository, 'owner'> &
  RepositoryAddresses & {
    owner: GithubUser;
    svn_url: string;
    mirror_url: null;
    homepage: null;
    language: null;
    license: null;
    topics: string[];
    is_template: boolean;
    allow_forking: boolean;
    web_commit_signoff_required: boolean;
    has_issues: boolean;
    has_projects: boolean;
    has_wiki: boolean;
    has_pages: boolean;
    has_downloads: boolean;
    has_discussions: boolean;
    forks_count: number;
    stargazers_count: number;
    watchers_count: number;
    open_issues_count: number;
    network_count: number;
    subscribers_count: number;
    /** The same under the names that GitHub had first. */
    forks: number;
    open_issues: number;
    watchers: number;
  };
