import type { LfsBatchRequest } from '@granary/wire';
import { pieceCount } from './pieces';

/** The agent of this project (apps/lfs-agent), where a client has it. */
export const MULTIPART_TRANSFER = 'granary-multipart';

/** The client's transfer adapters that the hub can serve. */
export type TransferName = 'basic' | 'tus' | typeof MULTIPART_TRANSFER;

/**
 * The adapter of a batch, among those that the client offers (git-lfs: docs/api/batch.md, "transfers"). `basic` is what
 * every client has, also one that names others only. The agent takes batches with an object of several parts. git-lfs
 * offers `tus` when its owner has asked for it (`lfs.tustransfers`), so it goes before `basic`.
 */
export function chooseTransfer({
  operation,
  transfers = [],
  objects = [],
}: Pick<LfsBatchRequest, 'operation' | 'transfers'> & Partial<Pick<LfsBatchRequest, 'objects'>>): TransferName {
  if (operation === 'download') return 'basic';
  if (transfers.includes(MULTIPART_TRANSFER) && objects.some(({ size }) => pieceCount(size) > 1)) {
    return MULTIPART_TRANSFER;
  }
  return transfers.includes('tus') ? 'tus' : 'basic';
}
