import type { Readable, Writable } from 'node:stream';
import type { Claimant, ObjectFormat, UploadPackRequest } from '@granary/git-process';
import type { Actor } from '../identity';

/** What a client says and hears, whatever carries it. */
export interface Conversation {
  actor: Actor;
  requestId: string;
  /** Whose share of the places it takes. */
  claimant: Claimant;
  /** From `gitProtocolOf`. */
  protocol: string | undefined;
  input: Readable;
  /** The owner: fires when the client has left. */
  signal: AbortSignal;
  /** Hooks have nobody else to tell. */
  onHookError(error: unknown): void;
}

/** One request and its answer, as HTTP has it. */
export interface Exchange extends Conversation {
  kind: 'exchange';
  /**
   * Called in its turn, when the answer is to begin.
   *
   * @param by who writes it: the hub, or git, whose client is told of the hub's end behind what git has said.
   * @returns null when the client has been answered meanwhile.
   */
  begin(by: 'hub' | 'git'): Writable | null;
  /** Where the hub's end reaches a pack that the hub itself sends, and what its client is told. */
  over: { signal: AbortSignal; text: string };
}

/** One connection for all of it, as SSH has it. */
export interface Connection extends Conversation {
  kind: 'connection';
  output: Writable;
  errorOutput: Writable;
  /** The client of a push has been told of the refs already. */
  isAdvertised: boolean;
}

export type Carried = Exchange | Connection;

/** What is known of a push before git is started. */
export interface PushStart {
  /** Of the ids of a first push, where its client was heard; null otherwise. */
  format: ObjectFormat | null;
  /** Of the body, where the client tells it. */
  announcedBytes?: number;
}

/** What a fetch asks for, where it was read before git. */
export type FetchStart = Exclude<UploadPackRequest, { kind: 'ls-refs' }>;
