import type { LfsBatchRequest } from '@granary/wire';

/** The client's transfer adapters that the hub can serve. */
export type TransferName = 'basic' | 'tus';

/**
 * The adapter of a batch, among those that the client offers (git-lfs: docs/api/batch.md, "transfers"). `basic` is what
 * every client has, also one that names others only; git-lfs offers `tus` when its owner has asked for it
 * (`lfs.tustransfers`), so it goes first.
 */
export function chooseTransfer({
  operation,
  transfers = [],
}: Pick<LfsBatchRequest, 'operation' | 'transfers'>): TransferName {
  return operation === 'upload' && transfers.includes('tus') ? 'tus' : 'basic';
}
