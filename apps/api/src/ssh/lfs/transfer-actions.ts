import type { Readable } from 'node:stream';
import type { BatchLine, LfsObject, TransferAnswer, TransferArguments } from '@granary/wire';

export interface ObjectClaim {
  oid: string;
  sizeBytes: number;
}

/** What a session does in its repository. Each throws DomainError, which the session goes on after. */
export interface TransferActions {
  batch(args: TransferArguments, objects: LfsObject[]): Promise<BatchLine[]>;
  /** @param sizeBytes as the client knows it; null when it does not say. */
  get(oid: string, sizeBytes: number | null): Promise<{ sizeBytes: number; stream: Readable }>;
  put(claim: ObjectClaim, body: Readable): Promise<void>;
  verify(claim: ObjectClaim): Promise<void>;
  lock(args: TransferArguments): Promise<TransferAnswer>;
  listLocks(args: TransferArguments): Promise<TransferAnswer>;
  unlock(id: string, args: TransferArguments): Promise<TransferAnswer>;
}
