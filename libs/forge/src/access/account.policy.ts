import { hasScope, type Actor, type UserActor } from '../identity/actor';
import { accountRightFault } from './account-rights';
import { namespaceRole, type NamespaceFacts } from './namespace.policy';
import { actsAsAdmin } from './repository.policy';

/** A token of an administrator is one of an ordinary user, unless it says otherwise. */
export function mayAdministerSite(actor: Actor): actor is UserActor {
  return actor.kind === 'user' && actor.isAdmin && accountRightFault(actor, 'site.administer') === null;
}

/** A namespace's owner creates repositories in it; so may site admins. A token limited to named repositories creates none. */
export function mayCreateRepository(actor: Actor, namespace: NamespaceFacts): actor is UserActor {
  if (actor.kind !== 'user' || actor.repositoryIds) return false;
  if (!hasScope(actor, 'repo:admin') && !hasScope(actor, 'repo:write')) return false;
  return namespaceRole(actor, namespace) === 'owner' || actsAsAdmin(actor);
}

/** Who a namespace belongs to, and site admins. The names of all its repositories are in the answer: a token must reach them. */
export function mayReadQuota(actor: Actor, namespace: NamespaceFacts): actor is UserActor {
  if (actor.kind !== 'user' || actor.repositoryIds) return false;
  const isOwner = namespaceRole(actor, namespace) === 'owner' && hasScope(actor, 'repo:admin');
  return isOwner || mayAdministerSite(actor);
}
