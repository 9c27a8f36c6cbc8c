import type { Digests } from './hashing';

export interface Measurement extends Digests {
  sizeBytes: number;
}

/** Less is hashed sooner than it is handed to another thread. */
export const SMALL_BYTES = 1024 * 1024;
