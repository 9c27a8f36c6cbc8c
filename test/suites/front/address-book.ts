import type { IncomingMessage } from 'node:http';
import type { Actor } from '../../support';

/** What the suite's own web server does with the addresses below a first folder, in terms of a hub. */
export interface Route {
  /** Who sends no credentials is taken for the owner of all repositories: the suite's server asks nobody there. */
  open: boolean;
  /** Whether the repository is private while it is asked for so. */
  private: boolean;
  /** The request on its way to the hub loses this header. */
  withoutHeader?: string;
  /** Requests that lack one of these are refused. */
  needsHeaders?: Record<string, string>;
  /** The answer gets this header on its way to the client. */
  answerHeader?: [name: string, value: string];
  /** The answer passes the Perl program in this file below the root, once. */
  oncePerl?: string;
}

export interface Place {
  route: Route;
  /** The repository's name below the folder of repositories, without `.git`. */
  name: string;
  /** What is asked of it, e.g. `/info/refs?service=git-upload-pack`. */
  rest: string;
}

/** The addresses that the tests of one suite know. */
export interface AddressBook {
  /** Where a test makes repositories by hand, below its root. */
  repositories: string;
  /** The suite's server takes a repository that is not there for an empty one, and tests count on that. */
  absentIsEmpty?: boolean;
  /** @returns undefined for what is no address of a repository. */
  placeOf(target: string): Place | undefined;
  redirectionOf?(target: string): { status: number; location: string } | undefined;
  /** Whether these are credentials that the suite's server knows: they stand for the owner of all repositories. */
  isKnown(credentials: { user: string; password: string }, place: Place): boolean;
  /** Another body for a request of the suite's own making, which no client sends so. */
  bodyFor?(asked: IncomingMessage, fullName: string, owner: Actor): Promise<Buffer> | undefined;
}
