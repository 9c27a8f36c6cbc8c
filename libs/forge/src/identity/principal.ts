import type { Actor } from './actor';

/** Whom rights are given to. A user today; teams, deploy keys and jobs are to come. An actor acts as one, or as nobody. */
export interface Principal {
  kind: 'user';
  userId: number;
}

export const userPrincipal = ({ id }: { id: number }): Principal => ({ kind: 'user', userId: id });

/** Null where nobody knows who asks. */
export function principalOf(actor: Actor): Principal | null {
  return actor.kind === 'anonymous' ? null : actor;
}
