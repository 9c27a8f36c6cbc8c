import { cutText, DomainError } from '@granary/kernel';
import { MAX_NEW_COMMITS, type NewCommits, type PushEvent } from '../events';
import type { CommitReader, PushedCommit, PushedPerson } from './commit-reader';
import { commitsUrl, commitUrl } from './payload-links';

/** A payload is kept and sent again and again: no message may blow it up, and neither may all of them together. */
const MAX_MESSAGE_LENGTH = { ofOne: 8_192, ofAll: 4 * 1024 ** 2 };
/** Of a name or an e-mail address. git has no limit, and no mail system takes more. */
const MAX_PERSON_LENGTH = 1_024;
/** What the commits take as JSON. With all the rest a payload stays below 25 MB, GitHub's limit, for which receivers are made. */
const MAX_COMMITS_BYTES = 20 * 1024 ** 2;

/** What a ref's move brought, oldest first. */
interface Pushed {
  commits: PushedCommit[];
  total: number;
  /** Of the commits, those that no push has brought before. */
  isDistinct(id: string): boolean;
  head: PushedCommit | null;
  forced: boolean;
}

/** Names of accounts by their e-mail addresses in lower case. */
export type AccountNames = ReadonlyMap<string, string>;

/** A push as git and the event know it. */
export interface ReadPush extends Pushed {
  event: PushEvent;
  /** The commits that the old and the new id stand for. */
  ends: { before: string | null; after: string | null };
}

export async function readPush(reader: CommitReader, event: PushEvent): Promise<ReadPush> {
  const ends = {
    before: event.created ? null : await reader.commitBehind(event.repositoryId, event.before),
    after: event.deleted ? null : await reader.commitBehind(event.repositoryId, event.after),
  };
  const pushed = ends.after ? await read(reader, event, ends.after) : nothing(event);
  return { event, ends, ...pushed };
}

function nothing(event: PushEvent): Pushed {
  return { commits: [], total: 0, isDistinct: () => false, head: null, forced: event.forced ?? false };
}

async function read(reader: CommitReader, event: PushEvent, after: string): Promise<Pushed> {
  const { repositoryId, created } = event;
  const news = event.newCommits ?? (await reader.newCommitsOf(event));
  const { commits, total } = created
    ? { commits: (await reader.commits(repositoryId, news.ids)).reverse(), total: news.count }
    : await commitsOf(reader, repositoryId, { before: event.before, after: event.after, limit: MAX_NEW_COMMITS });
  const head = commits.find(({ id }) => id === after) ?? (await reader.commits(repositoryId, [after]))[0] ?? null;
  const forced = event.forced ?? (await isForced(reader, event));
  return { commits, total, isDistinct: distinctBy(news), head, forced };
}

/** What nobody could look at counts as new: a message too many is better than one that is missing. */
function distinctBy({ ids, isPartial }: NewCommits): (id: string) => boolean {
  const all = new Set(ids);
  return (id) => isPartial === true || all.has(id);
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

/** The e-mail addresses in a push, for {@link pushFacts}. */
export function addressesIn({ commits, head }: ReadPush): string[] {
  const people = [...commits, ...(head ? [head] : [])].flatMap(({ author, committer }) => [author, committer]);
  return [...new Set(people.map(({ email }) => email.toLowerCase()))];
}

/** The part of a push's payload that git knows. What was cut says so, in fields of the hub's own. */
export function pushFacts(push: ReadPush, { htmlUrl, accounts }: { htmlUrl: string; accounts: AccountNames }): object {
  const { event, commits, total, head, forced } = push;
  const { ofOne, ofAll } = MAX_MESSAGE_LENGTH;
  const messageLength = Math.min(ofOne, Math.floor(ofAll / Math.max(1, commits.length)));
  const told = (commit: PushedCommit) =>
    commitFacts(commit, { htmlUrl, accounts, messageLength, distinct: push.isDistinct(commit.id) });
  const facts = newestWithin(commits.map(told), MAX_COMMITS_BYTES);
  return {
    ref: event.ref,
    before: event.before,
    after: event.after,
    created: event.created,
    deleted: event.deleted,
    forced,
    base_ref: null,
    compare: linkOf(push, htmlUrl),
    total_commits: total,
    ...(facts.length < total || (event.created && event.newCommits?.isPartial) ? { commits_truncated: true } : {}),
    commits: facts,
    head_commit: head && told(head),
  };
}

/** As many of the last ones as fit, as JSON. */
function newestWithin(facts: readonly object[], maxBytes: number): readonly object[] {
  let leftBytes = maxBytes;
  const tooMuch = facts.findLastIndex((one) => (leftBytes -= Buffer.byteLength(JSON.stringify(one)) + 1) < 0);
  return facts.slice(tooMuch + 1);
}

interface CommitFrame {
  htmlUrl: string;
  accounts: AccountNames;
  messageLength: number;
  distinct: boolean;
}

function commitFacts(commit: PushedCommit, { htmlUrl, accounts, messageLength, distinct }: CommitFrame): object {
  const isMessageCut = commit.isMessageCut || commit.message.length > messageLength;
  const person = (one: PushedPerson) => {
    const username = accounts.get(one.email.toLowerCase());
    const [name, email] = [one.name, one.email].map((text) => cutText(text, MAX_PERSON_LENGTH));
    return { name, email, ...(username === undefined ? {} : { username }) };
  };
  return {
    id: commit.id,
    tree_id: commit.treeId,
    distinct,
    message: cutText(commit.message, messageLength),
    ...(isMessageCut ? { message_truncated: true } : {}),
    timestamp: commit.timestamp,
    url: commitUrl(htmlUrl, commit.id),
    author: person(commit.author),
    committer: person(commit.committer),
    added: commit.added,
    removed: commit.removed,
    modified: commit.modified,
    ...(commit.arePathsCut ? { files_truncated: true } : {}),
  };
}

/**
 * GitHub's `compare`: where the push can be looked at, also when its ref has moved on or is gone. There is no page that
 * compares two commits: the history behind the newer one shows what came.
 */
function linkOf({ event, ends: { before, after } }: ReadPush, htmlUrl: string): string {
  const commit = after ?? before;
  if (commit) return commitsUrl(htmlUrl, commit);
  return event.ref.startsWith('refs/tags/') ? `${htmlUrl}/-/tags` : htmlUrl;
}

/** `refs/heads/main` → `main`. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/(heads|tags)\//, '');
}
