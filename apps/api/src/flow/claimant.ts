import type { Actor, Origin } from '@granary/forge';
import type { Claimant } from '@granary/git-process';
import { addressBlock } from '@granary/kernel';

/** As {@link claimantOf}, from what is known of the request that runs here. */
export function claimantOfOrigin({ actor, address }: Readonly<Origin>): Claimant {
  if (actor) return { share: `account:${actor.userId}`, isSignedIn: true };
  return { share: `block:${addressBlock(address ?? '')}`, isSignedIn: false };
}

/** Whose share of the places a client takes: its account's, or that of the block its address is in. */
export function claimantOf(actor: Actor | undefined, clientAddress: string): Claimant {
  if (actor?.kind === 'user') return { share: `account:${actor.userId}`, isSignedIn: true };
  return { share: `block:${addressBlock(clientAddress)}`, isSignedIn: false };
}
