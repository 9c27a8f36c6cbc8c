import type { AnnouncedPush } from '../serve/push-commands';

/** One ref that a push changes. Ids are hex of the repository's format; all zeros stands for "absent". */
export interface RefCommand {
  oldOid: string;
  newOid: string;
  /** Full name; valid UTF-8, without control characters. */
  ref: string;
}

/** Where the objects of a push lie until it is accepted (git-receive-pack(1), "QUARANTINE ENVIRONMENT"). */
export interface Quarantine {
  /** Absolute path of the directory that holds the new objects only. */
  objectDirectory: string;
  /** The object directories of the repository itself, in the form of `GIT_ALTERNATE_OBJECT_DIRECTORIES`. */
  alternates: string;
}

export interface PendingPush {
  commands: RefCommand[];
  quarantine: Quarantine;
  /** What the client has asked for, with the refs that git refuses by itself; left out where nobody read along. */
  announced?: AnnouncedPush;
  /** Fires when the push is over or given up: the quarantine is gone then, and git processes in it must end. */
  signal: AbortSignal;
}

export interface PushVerdict {
  accept: boolean;
  /** Printed for the user behind `remote:`; each may hold several lines. Control characters are replaced. */
  messages: string[];
  /**
   * Refs that are refused, each with its reason. Of an accepted push the others move; of a refused one these have
   * reasons of their own.
   */
  refused?: ReadonlyMap<string, string>;
}

/** Why a push is given up before all of it was sent. */
export interface Refusal {
  /** For the person who pushes; may hold several lines. */
  message: string;
  /** A few words, to stand behind each ref. */
  reason: string;
}

/**
 * What the hub decides about one push. A `DomainError` thrown here is shown to the user with its hint; anything else
 * is shown as "internal error". From `preReceive` either refuses the push; from `postReceive` nothing can.
 */
export interface PushHooks {
  /**
   * A large file has begun to arrive; `null` lets it go on. Asked at most once, and only where the pack's first bytes
   * tell of the file: `preReceive` judges it in any case.
   */
  largeFile?(sizeBytes: number): Promise<Refusal | null>;
  /** Every ref of the push at once, before any of them moves. */
  preReceive(push: PendingPush): Promise<PushVerdict>;
  /** The refs that moved. */
  postReceive(push: { commands: RefCommand[] }): Promise<{ messages: string[] }>;
  /** Named in "internal error (request …)", so that its user can be helped. */
  requestId?: string;
  /** Receives what a callback threw, and frames that no hook of ours writes. */
  onError?(error: unknown): void;
}

/** Whether an id of a {@link RefCommand} stands for "absent". */
export function isZeroOid(oid: string): boolean {
  return /^0+$/.test(oid);
}
