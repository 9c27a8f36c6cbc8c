import type { Readable } from 'node:stream';
import type { FileMode } from '@granary/git-process';

/** Bytes that are too many to be held: opened as often as they are needed. */
export interface ContentSource {
  sizeBytes: number;
  open(): Promise<Readable>;
}

export type Content = Buffer | ContentSource;

/** What one commit does to one path. */
export type Change = {
  /** From the root. */
  path: string;
  /** The blob that must stand there now; null: none. Left out: anything. */
  expectedOid?: string | null;
} & (
  | { kind: 'write'; content: Content; mode?: FileMode }
  /** A pointer to an object that the repository has. */
  | { kind: 'lfs'; oid: string; sizeBytes: number; mode?: FileMode }
  | { kind: 'delete' }
);
