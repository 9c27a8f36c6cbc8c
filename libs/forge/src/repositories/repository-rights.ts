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

/** As {@link ownedBy} or {@link isInvited}, from the user's side: what is not the user's is not looked at. */
export const belongsTo = ({ repositoryId, userId }: { repositoryId: string; userId: string }): string =>
  `${repositoryId} IN (
     SELECT p.id FROM repositories p JOIN namespaces pn ON pn.id = p.namespace_id
      WHERE ${ownedBy({ namespace: 'pn', userId })}
     UNION SELECT c.repository_id FROM collaborators c WHERE c.user_id = ${userId})`;

const VIEWER = ':viewerId';
const OWN = `r.visibility = 'internal' OR ${ownedBy({ namespace: 'n', userId: VIEWER })} OR :viewerIsAdmin
  OR ${isInvited({ repositoryId: 'r.id', userId: VIEWER })}`;

const READ_SCOPES = ['repo:read', 'repo:write', 'repo:admin'] as const;

/** True when the actor's rights beyond what anybody may read apply at all. */
function readsMore(actor: Actor): boolean {
  return READ_SCOPES.some((scope) => hasScope(actor, scope));
}

interface Condition {
  condition: string;
  parameters: Record<string, unknown>;
}

/**
 * What {@link whereReadable} lets through of repositories `r`, in parts that have none in common: each is found by an
 * index, where one condition for all makes Postgres look at every repository of the hub.
 */
export function readableParts(actor: Actor): Condition[] {
  const part = (condition: string, parameters: Condition['parameters'] = {}) => ({ condition, parameters });
  if (actor.kind === 'anonymous' || !readsMore(actor)) return [part(`r.visibility = 'public'`)];
  const mine = belongsTo({ repositoryId: 'r.id', userId: VIEWER });
  const isAdmin = actsAsAdmin(actor);
  if (actor.repositoryIds)
    return [
      part(`r.visibility = 'public'`),
      part(
        `r.visibility <> 'public' AND r.id = ANY(:repositoryIds)
           AND (r.visibility = 'internal' OR :viewerIsAdmin OR ${mine})`,
        { repositoryIds: [...actor.repositoryIds], viewerId: actor.userId, viewerIsAdmin: isAdmin },
      ),
    ];
  if (isAdmin) return [part('TRUE')];
  return [part(`r.visibility <> 'private'`), part(`r.visibility = 'private' AND ${mine}`, { viewerId: actor.userId })];
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
