/**
 * Who has rights in a repository, as SQL for the queries of this folder and of others. What is handed in is SQL too: the
 * names of columns and parameters.
 */

/** A value: the role that the user was given in the repository, or NULL. */
export const roleOf = ({ repositoryId, userId }: { repositoryId: string; userId: string }): string =>
  `(SELECT c.role FROM collaborators c WHERE c.repository_id = ${repositoryId} AND c.user_id = ${userId})`;
