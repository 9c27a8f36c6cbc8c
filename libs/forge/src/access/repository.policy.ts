import type { RepositoryRole, TokenScope, Visibility } from '@granary/api-contract';
import { hasScope, type Actor, type UserActor } from '../identity/actor';
import { namespaceRole, type NamespaceFacts } from './namespace.policy';

/** What the policy must know of a repository and of the actor's relation to it. Handed in, never fetched here. */
export interface RepositoryFacts {
  repositoryId: number;
  visibility: Visibility;
  namespace: NamespaceFacts;
  /** The actor's own role as a collaborator. */
  collaboratorRole: RepositoryRole | null;
}

const RANK: Record<RepositoryRole, number> = { read: 1, write: 2, maintain: 3, admin: 4 };

/** A scope that covers the role: a wider scope covers the narrower roles. */
const SCOPES: Record<RepositoryRole, TokenScope[]> = {
  read: ['repo:read', 'repo:write', 'repo:admin'],
  write: ['repo:write', 'repo:admin'],
  maintain: ['repo:admin'],
  admin: ['repo:admin'],
};

function higher(a: RepositoryRole | null, b: RepositoryRole | null): RepositoryRole | null {
  if (!a || !b) return a ?? b;
  return RANK[a] >= RANK[b] ? a : b;
}

/** An administrator, with a credential that says so. One for LFS stands for the Git session that asked for it. */
export function actsAsAdmin(actor: UserActor): boolean {
  return actor.isAdmin && (actor.lfsOperation !== undefined || hasScope(actor, 'admin'));
}

function roleByRelation(actor: UserActor, facts: RepositoryFacts): RepositoryRole | null {
  if (actsAsAdmin(actor) || namespaceRole(actor, facts.namespace) === 'owner') return 'admin';
  return higher(facts.collaboratorRole, facts.visibility === 'private' ? null : 'read');
}

/**
 * The actor's role in a repository, or null when it must not even show.
 * A token narrows its user's role; it can never hide what anybody may read.
 */
export function repositoryRole(actor: Actor, facts: RepositoryFacts): RepositoryRole | null {
  const anybody: RepositoryRole | null = facts.visibility === 'public' ? 'read' : null;
  if (actor.kind === 'anonymous') return anybody;
  if (actor.repositoryIds && !actor.repositoryIds.has(facts.repositoryId)) return anybody;
  const full = roleByRelation(actor, facts);
  if (!actor.scopes || !full) return higher(full, anybody);
  for (const role of ['admin', 'maintain', 'write', 'read'] as const) {
    if (RANK[role] <= RANK[full] && SCOPES[role].some((scope) => actor.scopes?.has(scope)))
      return higher(role, anybody);
  }
  return anybody;
}

export function roleAtLeast(role: RepositoryRole | null, needed: RepositoryRole): boolean {
  return role !== null && RANK[role] >= RANK[needed];
}

/** Hooks see every push, so they are the maintainers' business; a token with `hooks` alone may care for them. */
export function mayManageHooks(actor: Actor, facts: RepositoryFacts): boolean {
  if (roleAtLeast(repositoryRole(actor, facts), 'maintain')) return true;
  if (actor.kind !== 'user' || !actor.scopes?.has('hooks')) return false;
  return roleAtLeast(repositoryRole({ ...actor, scopes: null }, facts), 'maintain');
}

/** Locks of others are the maintainers' business, also by the LFS credential that their SSH key got them. */
export function mayUnlockOthers(actor: Actor, facts: RepositoryFacts): boolean {
  if (actor.kind !== 'user') return false;
  const whole = actor.lfsOperation === 'upload' ? { ...actor, scopes: null } : actor;
  return roleAtLeast(repositoryRole(whole, facts), 'maintain');
}
