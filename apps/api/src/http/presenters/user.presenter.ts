import type { AdminUser, SimpleUser, User as UserView } from '@granary/api-contract';
import type { Namespace, User } from '@granary/forge';

export function nodeId(kind: string, id: number): string {
  return Buffer.from(`${kind}:${id}`).toString('base64');
}

export function presentSimpleUser(user: User, baseUrl: string): SimpleUser {
  return {
    login: user.name,
    id: user.id,
    node_id: nodeId('User', user.id),
    avatar_url: '',
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
    avatar_url: '',
    url: `${baseUrl}/api/v3/orgs/${namespace.name}`,
    html_url: `${baseUrl}/${namespace.name}`,
    type: 'Organization',
    site_admin: false,
  };
}

/** The e-mail address is the user's own business: shown to the user itself and to site admins. */
export function presentUser(user: User, at: { baseUrl: string; showEmail: boolean; publicRepos: number }): UserView {
  return {
    ...presentSimpleUser(user, at.baseUrl),
    name: user.fullName,
    email: at.showEmail ? user.email : null,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    public_repos: at.publicRepos,
  };
}

/** For site admins. */
export function presentAdminUser(user: User, at: { baseUrl: string; publicRepos: number }): AdminUser {
  return { ...presentUser(user, { ...at, showEmail: true }), active: user.isActive };
}
