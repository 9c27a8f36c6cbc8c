import type { LfsBatchRequest } from '@granary/wire';

/** The client's transfer adapters that the hub can serve. */
export type TransferName = 'basic';

/**
 * The adapter of a batch, among those that the client offers (git-lfs: docs/api/batch.md, "transfers"). `basic` is what
 * every client has, also one that names others only.
 */
export function chooseTransfer(_request: Pick<LfsBatchRequest, 'operation' | 'transfers'>): TransferName {
  return 'basic';
}
