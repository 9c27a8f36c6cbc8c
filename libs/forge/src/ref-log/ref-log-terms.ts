/**
 * SQL that other folders build into queries of their own, so that they need not know these tables. What is handed in is
 * SQL too: the names of columns.
 */

/** A query: `oid`, what the last push that names the ref left there, or took away from there. */
export const lastTipOf = ({ repositoryId, ref }: { repositoryId: string; ref: string }): string =>
  `SELECT CASE WHEN c.new_oid ~ '^0+$' THEN c.old_oid ELSE c.new_oid END AS oid
     FROM pushes p JOIN push_commands c ON c.push_id = p.id
    WHERE p.repository_id = ${repositoryId} AND c.ref = ${ref} ORDER BY p.created_at DESC LIMIT 1`;

/** A value: when a push of the user to the repository was recorded last. */
export const lastPushOf = ({ repositoryId, userId }: { repositoryId: string; userId: string }): string =>
  `(SELECT max(p.recorded_at) FROM pushes p
     WHERE p.repository_id = ${repositoryId} AND p.actor_user_id = ${userId} AND p.state = 'recorded')`;

/** For the ledger (quotas): what pushes under way are about to add. */
export const HELD_BY_PUSHES = `SELECT p.repository_id AS id, p.incoming_bytes AS git, 0 AS lfs
    FROM pushes p JOIN repository r ON r.id = p.repository_id WHERE p.state = 'intended'`;
