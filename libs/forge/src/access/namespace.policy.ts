import type { Principal } from '../identity/principal';

/** What the policy must know of a namespace. Handed in, never fetched here. */
export interface NamespaceFacts {
  /** Null where it belongs to nobody. */
  ownerUserId: number | null;
}

/** An owner is admin of the namespace's repositories, and makes others in it. */
export type NamespaceRole = 'owner';

/** What a principal is to a namespace, whatever its credential narrows; null is nothing. */
export function namespaceRole(principal: Principal | null, namespace: NamespaceFacts): NamespaceRole | null {
  return principal !== null && principal.userId === namespace.ownerUserId ? 'owner' : null;
}
