import {
  avatarUrl,
  userAddresses,
  type AdminUser,
  type GithubProfile,
  type GithubUser,
  type OwnTotals,
  type SimpleUser,
  type User as UserView,
} from '@granary/api-contract';
import { GHOST, type Namespace, type User } from '@granary/forge';

export function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString('base64');
}

export function presentSimpleUser(user: User, baseUrl: string): SimpleUser {
  return {
    login: user.name,
    id: user.id,
    node_id: nodeId('User', user.id),
    avatar_url: avatarUrl(baseUrl, 'user', user.id),
    url: `${baseUrl}/api/v3/users/${user.name}`,
    html_url: `${baseUrl}/${user.name}`,
    type: 'User',
    site_admin: user.isAdmin,
  };
}

export function presentOwner(namespace: Namespace, baseUrl: string): SimpleUser {
  if (namespace.owner) return presentSimpleUser(namespace.owner, baseUrl);
  return {
    login: namespace.name,
    id: namespace.id,
    node_id: nodeId('Organization', namespace.id),
    avatar_url: avatarUrl(baseUrl, 'organization', namespace.id),
    url: `${baseUrl}/api/v3/orgs/${namespace.name}`,
    html_url: `${baseUrl}/${namespace.name}`,
    type: 'Organization',
    site_admin: false,
  };
}

/** With all that programs written for GitHub look for. */
export function asGithubUser(user: SimpleUser): GithubUser {
  return { ...user, gravatar_id: '', ...userAddresses(user.url), user_view_type: 'public' };
}

export function presentGithubUser(user: User, baseUrl: string): GithubUser {
  return asGithubUser(presentSimpleUser(user, baseUrl));
}

/** GitHub's fields of what a profile here does not hold. */
const NOT_IN_PROFILE: Omit<GithubProfile, keyof UserView | keyof GithubUser> = {
  bio: null,
  blog: '',
  company: null,
  location: null,
  hireable: null,
  twitter_username: null,
  public_gists: 0,
  followers: 0,
  following: 0,
};

interface UserContext {
  baseUrl: string;
  showEmail: boolean;
  publicRepos: number;
}

/** The e-mail address is the user's own business: shown to the user itself and to site admins. */
export function presentUser(user: User, at: UserContext): UserView {
  return {
    ...presentSimpleUser(user, at.baseUrl),
    name: user.fullName,
    email: at.showEmail ? user.email : null,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    public_repos: at.publicRepos,
  };
}

/** The same for programs. */
export function presentProfile(user: User, at: UserContext): GithubProfile {
  return { ...presentUser(user, at), ...presentGithubUser(user, at.baseUrl), ...NOT_IN_PROFILE };
}

/** Who stands in events where the account is gone, or the hub acted itself: no account, with no page of its own. */
export function presentGhost(baseUrl: string): GithubProfile {
  const nobody: User = {
    ...{ id: 0, name: GHOST, fullName: 'Deleted user', email: null, passwordHash: null },
    ...{ isAdmin: false, isActive: false, createdAt: new Date(0), updatedAt: new Date(0) },
  };
  return { ...presentProfile(nobody, { baseUrl, showEmail: false, publicRepos: 0 }), html_url: baseUrl };
}

/** What GitHub shows of an account to its owner alone. */
export function presentOwnTotals(totals: {
  privateRepositories: number;
  sizeBytes: number;
  people: number;
}): OwnTotals {
  return {
    private_gists: 0,
    total_private_repos: totals.privateRepositories,
    owned_private_repos: totals.privateRepositories,
    disk_usage: Math.ceil(totals.sizeBytes / 1024),
    collaborators: totals.people,
    two_factor_authentication: false,
  };
}

/** For site admins. */
export function presentAdminUser(
  user: User,
  { baseUrl, repositories }: { baseUrl: string; repositories?: { public: number; all: number } },
): AdminUser {
  const { public: publicRepos, all } = repositories ?? { public: 0, all: 0 };
  return {
    ...presentProfile(user, { baseUrl, publicRepos, showEmail: true }),
    active: user.isActive,
    deletable: all === 0,
  };
}
