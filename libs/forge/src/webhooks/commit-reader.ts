import type { NewCommits, PushEvent } from '../events';

/** Nest's token of the {@link CommitReader}. */
export const COMMIT_READER = Symbol('CommitReader');

export interface PushedPerson {
  name: string;
  email: string;
}

/** A commit as a push's payload tells it. Paths are relative to the top, and may be fewer than the commit touched. */
export interface PushedCommit {
  id: string;
  treeId: string;
  message: string;
  /** `message` is the beginning of a longer one. */
  isMessageCut?: boolean;
  /** The committer's time, ISO 8601. */
  timestamp: string;
  author: PushedPerson;
  committer: PushedPerson;
  added: string[];
  removed: string[];
  modified: string[];
  /** The commit touched more paths than stand here. */
  arePathsCut?: boolean;
}

/** What the payloads need to know of git. */
export interface CommitReader {
  /**
   * The newest commits that `after` reaches and `before` does not, oldest first, at most `limit`; `total` counts all of
   * them. Without `before`: those that `after` reaches. An annotated tag stands for its commit; what is no commit at all
   * gives an empty list.
   *
   * @throws DomainError `not_found` if git no longer has one of the two.
   */
  commitsBetween(
    repositoryId: number,
    range: { before: string | null; after: string; limit: number },
  ): Promise<{ commits: PushedCommit[]; total: number }>;

  /** The commits with these ids, in their order. Those that git no longer has are left out. */
  commits(repositoryId: number, ids: readonly string[]): Promise<PushedCommit[]>;

  /** The id of the commit that an object is or that a tag stands for; null where there is none, or none any more. */
  commitBehind(repositoryId: number, oid: string): Promise<string | null>;

  /** What a push brought that nobody listened to when it happened. */
  newCommitsOf(event: PushEvent): Promise<NewCommits>;
}
