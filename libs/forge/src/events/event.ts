import { isOid } from '@granary/wire';
import { z } from 'zod';

const Id = z.int().positive();
/** Null when nobody is known: a ref that moved outside the hub, a user that is gone. */
const Actor = Id.nullable();
const Oid = z.string().refine(isOid);
const Ref = z.string().startsWith('refs/');
/** Only this webhook is meant: a ping, a test. */
const HookId = Id;

const refChange = { repositoryId: Id, actorUserId: Actor, refType: z.enum(['branch', 'tag']), ref: Ref };

/** So many ids stand in one event; GitHub's limit. */
export const MAX_NEW_COMMITS = 2_048;

/** The commits that a ref was the first of all to bring: no ref of the repository reached them before its push. */
const NewCommits = z.strictObject({
  count: z.int().nonnegative(),
  /** The newest of them, newest first. */
  ids: z.array(Oid).max(MAX_NEW_COMMITS),
  /** They were too many to look at, or git failed: there may be more than `count`. */
  isPartial: z.literal(true).optional(),
});
export type NewCommits = z.infer<typeof NewCommits>;

/** One ref moved. Zeros stand for the commit before a created and after a deleted ref. */
export const PushEvent = z.strictObject({
  kind: z.literal('push'),
  repositoryId: Id,
  pushId: z.uuid(),
  actorUserId: Actor,
  ref: Ref,
  before: Oid,
  after: Oid,
  created: z.boolean(),
  deleted: z.boolean(),
  /** The new commit does not contain the old one. Absent: nobody looked. */
  forced: z.boolean().optional(),
  /** Absent: nobody listened when it happened, or the ref was deleted. */
  newCommits: NewCommits.optional(),
  hookId: HookId.optional(),
});
export type PushEvent = z.infer<typeof PushEvent>;

export const CreateEvent = z.strictObject({ kind: z.literal('create'), ...refChange });
export const DeleteEvent = z.strictObject({ kind: z.literal('delete'), ...refChange });
export type RefEvent = z.infer<typeof CreateEvent> | z.infer<typeof DeleteEvent>;

export const RepositoryEvent = z.strictObject({
  kind: z.literal('repository'),
  repositoryId: Id,
  actorUserId: Actor,
  action: z.enum(['created', 'renamed', 'deleted', 'privatized', 'publicized', 'restored']),
  /** The former name, when the action is `renamed`. */
  previousName: z.string().optional(),
});
export type RepositoryEvent = z.infer<typeof RepositoryEvent>;

export const PingEvent = z.strictObject({
  kind: z.literal('ping'),
  repositoryId: Id,
  actorUserId: Actor,
  hookId: HookId,
});
export type PingEvent = z.infer<typeof PingEvent>;

/** What happened to a repository. */
export const HubEvent = z.discriminatedUnion('kind', [PushEvent, CreateEvent, DeleteEvent, RepositoryEvent, PingEvent]);
export type HubEvent = z.infer<typeof HubEvent>;
export type EventKind = HubEvent['kind'];

/** An event as it stands in the outbox. */
export interface RecordedEvent {
  /** UUID. Everything that the event causes derives its id from it. */
  id: string;
  event: HubEvent;
  createdAt: Date;
}
