import { MIB } from '@granary/kernel';
import { STAGING_PREFIX } from '../storage-keys';

/** Large enough for S3 to take as a part of a whole, small enough to be sent again and to pass limits on bodies. */
const LEAST_PIECE_BYTES = 16 * MIB;
/** S3 puts at most 10,000 parts together. */
const MAX_PIECES = 9_000;
const DIGITS = 5;

/** One piece of an object: all of an object have one size, but for the last. */
export interface Piece {
  /** From 0. */
  index: number;
  offsetBytes: number;
  sizeBytes: number;
}

/** The size of the pieces of an object: it follows from the object's alone, so that everyone cuts alike. */
export function pieceBytesFor(sizeBytes: number): number {
  return Math.max(LEAST_PIECE_BYTES, Math.ceil(sizeBytes / MAX_PIECES / MIB) * MIB);
}

export function pieceCount(sizeBytes: number): number {
  return Math.ceil(sizeBytes / pieceBytesFor(sizeBytes));
}

/** Null when an object of `sizeBytes` has no such piece. */
export function pieceAt(sizeBytes: number, index: number): Piece | null {
  const pieceBytes = pieceBytesFor(sizeBytes);
  const offsetBytes = index * pieceBytes;
  if (!Number.isSafeInteger(index) || index < 0 || offsetBytes >= sizeBytes) return null;
  return { index, offsetBytes, sizeBytes: Math.min(pieceBytes, sizeBytes - offsetBytes) };
}

/** What the staging keys of an upload's pieces begin with. */
export function pieceKeyPrefix(uploadId: string): string {
  return `${STAGING_PREFIX}${uploadId}.`;
}

export function pieceKeyOf(uploadId: string, index: number): string {
  return pieceKeyPrefix(uploadId) + String(index).padStart(DIGITS, '0');
}

/** How many bytes from the beginning are there without a gap, of pieces whose sizes are known by index. */
export function contiguousBytes(sizeBytes: number, arrived: ReadonlyMap<number, number>): number {
  for (let index = 0; ; index++) {
    const piece = pieceAt(sizeBytes, index);
    if (!piece) return sizeBytes;
    const there = Math.min(arrived.get(index) ?? 0, piece.sizeBytes);
    if (there < piece.sizeBytes) return piece.offsetBytes + there;
  }
}
