import { DomainError } from '@granary/kernel';
import type { PushEvent } from '../events';
import type { CommitReader, PushedCommit } from './commit-reader';

/** GitHub's limit. `total_commits` counts them all. */
const MAX_COMMITS = 2_048;
/** Of a new branch or tag, which reaches the whole history. */
const MAX_COMMITS_OF_NEW = 20;
/** A payload is kept and sent again and again: no single commit may blow it up. */
const MAX_MESSAGE_LENGTH = 8_192;

interface Pushed {
  commits: PushedCommit[];
  total: number;
  head: PushedCommit | null;
  forced: boolean;
}

/** The part of a push's payload that git knows. */
export async function pushFacts(reader: CommitReader, event: PushEvent, htmlUrl: string): Promise<object> {
  const { commits, total, head, forced } = await readPush(reader, event);
  return {
    ref: event.ref,
    before: event.before,
    after: event.after,
    created: event.created,
    deleted: event.deleted,
    forced,
    base_ref: null,
    compare: compareUrl(event, htmlUrl),
    total_commits: total,
    commits: commits.map((commit) => commitFacts(commit, htmlUrl)),
    head_commit: head && commitFacts(head, htmlUrl),
  };
}

async function readPush(reader: CommitReader, event: PushEvent): Promise<Pushed> {
  const { repositoryId, before, after, created, deleted } = event;
  if (deleted) return { commits: [], total: 0, head: null, forced: event.forced ?? false };
  const range = { before: created ? null : before, after, limit: created ? MAX_COMMITS_OF_NEW : MAX_COMMITS };
  const { commits, total } = await commitsOf(reader, repositoryId, range);
  const head = commits.at(-1) ?? (await commitsOf(reader, repositoryId, { before: null, after, limit: 1 })).commits[0];
  return { commits, total, head: head ?? null, forced: event.forced ?? (await isForced(reader, event)) };
}

/** A push is forced when it leaves commits of the old tip behind. */
async function isForced(reader: CommitReader, { repositoryId, before, after, created }: PushEvent): Promise<boolean> {
  if (created) return false;
  return (await commitsOf(reader, repositoryId, { before: after, after: before, limit: 1 })).total > 0;
}

/** What was pushed away since may be gone from git: the event is told without its commits then. */
async function commitsOf(
  reader: CommitReader,
  repositoryId: number,
  range: Parameters<CommitReader['commitsBetween']>[1],
): Promise<{ commits: PushedCommit[]; total: number }> {
  try {
    return await reader.commitsBetween(repositoryId, range);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return { commits: [], total: 0 };
    throw error;
  }
}

/** What was cut says so, in fields of the hub's own: GitHub sends no such commit at all. */
function commitFacts(commit: PushedCommit, htmlUrl: string): object {
  const isMessageCut = commit.isMessageCut || commit.message.length > MAX_MESSAGE_LENGTH;
  return {
    id: commit.id,
    tree_id: commit.treeId,
    distinct: true,
    // The cut may lie between the halves of a character.
    message: commit.message.slice(0, MAX_MESSAGE_LENGTH).replace(/[\ud800-\udbff]$/, ''),
    ...(isMessageCut ? { message_truncated: true } : {}),
    timestamp: commit.timestamp,
    url: `${htmlUrl}/-/commit/${commit.id}`,
    author: commit.author,
    committer: commit.committer,
    added: commit.added,
    removed: commit.removed,
    modified: commit.modified,
    ...(commit.arePathsCut ? { files_truncated: true } : {}),
  };
}

function compareUrl({ ref, before, after, created, deleted }: PushEvent, htmlUrl: string): string {
  if (deleted) return `${htmlUrl}/-/commit/${before}`;
  if (!created) return `${htmlUrl}/-/compare/${before}...${after}`;
  return `${htmlUrl}/-/commits/${shortRef(ref).split('/').map(encodeURIComponent).join('/')}`;
}

/** `refs/heads/main` → `main`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}
