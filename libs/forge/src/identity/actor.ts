import type { TokenScope } from '@granary/api-contract';

/** Who asks, as far as it was proven. `scopes` is null where nothing narrows the user's own rights (session, password, SSH key). */
export interface UserActor {
  kind: 'user';
  userId: number;
  name: string;
  isAdmin: boolean;
  via: 'session' | 'password' | 'token' | 'ssh';
  scopes: ReadonlySet<TokenScope> | null;
  /** Repositories that a token is limited to; null for all. */
  repositoryIds: ReadonlySet<number> | null;
  /** When a token ends; what it makes ends no later. Null or absent: never. */
  expiresAt?: Date | null;
  /** Set by an LFS credential: the only operation it is good for. */
  lfsOperation?: 'upload' | 'download';
}

export type Actor = { kind: 'anonymous' } | UserActor;

export const ANONYMOUS: Actor = { kind: 'anonymous' };

export function userIdOf(actor: Actor): number | null {
  return actor.kind === 'user' ? actor.userId : null;
}

/** True when nothing narrows the actor, or its token carries `scope`. */
export function hasScope(actor: Actor, scope: TokenScope): actor is UserActor {
  return actor.kind === 'user' && (actor.scopes === null || actor.scopes.has(scope));
}
