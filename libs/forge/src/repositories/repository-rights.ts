import type { SelectQueryBuilder } from 'typeorm';
import { actsAsAdmin } from '../access';
import { hasScope, type Actor } from '../identity/actor';
import type { Repository } from './repository.entity';

/**
 * Who has rights in a repository, as SQL: the policy's rules (`namespaceRole`, `repositoryRole`) for many rows at once,
 * held to them by a spec that compares the two. What is handed in is SQL too: the names of tables, columns and parameters.
 */

/** A condition: the namespace is the user's, as `namespaceRole` says. */
export const ownedBy = ({ namespace, userId }: { namespace: string; userId: string }): string =>
  `${namespace}.owner_user_id = ${userId}`;

/** A value: the role that the user was given in the repository, or NULL. */
export const roleOf = ({ repositoryId, userId }: { repositoryId: string; userId: string }): string =>
  `(SELECT c.role FROM collaborators c WHERE c.repository_id = ${repositoryId} AND c.user_id = ${userId})`;

/** A condition: the user was given a role in the repository. Postgres looks through all of a user's at once for a list. */
export const isInvited = ({ repositoryId, userId }: { repositoryId: string; userId: string }): string =>
  `EXISTS (SELECT 1 FROM collaborators c WHERE c.repository_id = ${repositoryId} AND c.user_id = ${userId})`;

const VIEWER = ':viewerId';
const OWN = `r.visibility = 'internal' OR ${ownedBy({ namespace: 'n', userId: VIEWER })} OR :viewerIsAdmin
  OR ${isInvited({ repositoryId: 'r.id', userId: VIEWER })}`;

const READ_SCOPES = ['repo:read', 'repo:write', 'repo:admin'] as const;

/** True when the actor's rights beyond what anybody may read apply at all. */
function readsMore(actor: Actor): boolean {
  return READ_SCOPES.some((scope) => hasScope(actor, scope));
}

/** Narrows `query` (aliases r: repository, n: namespace) to what the actor may read. */
export function whereReadable(query: SelectQueryBuilder<Repository>, actor: Actor): SelectQueryBuilder<Repository> {
  query.andWhere('r.deleted_at IS NULL');
  if (actor.kind === 'anonymous' || !readsMore(actor)) return query.andWhere(`r.visibility = 'public'`);
  const within = actor.repositoryIds ? 'r.id = ANY(:repositoryIds)' : 'TRUE';
  return query.andWhere(`(r.visibility = 'public' OR (${within} AND (${OWN})))`, {
    repositoryIds: [...(actor.repositoryIds ?? [])],
    viewerId: actor.userId,
    viewerIsAdmin: actsAsAdmin(actor),
  });
}
