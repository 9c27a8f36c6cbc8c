import type { TarHeaderFields } from './tar-header';

/** One member of an archive on its way to a writer. `sizeBytes` is that of `content`. */
export interface ArchiveEntry extends TarHeaderFields {
  /**
   * Whole where it is small. A stream must be read before the next entry is asked for, and fails unless it gives
   * `sizeBytes` bytes.
   */
  content: Buffer | AsyncIterable<Buffer>;
  /** CRC-32 of a streamed content where it is known beforehand: it can then be stored in a zip as it is. */
  crc32: number | null;
  /** Tar blocks that say the same as the fields, to be repeated verbatim; `null` when a header must be made. */
  tarHeader: Buffer | null;
  /** pax global headers in front of it. */
  tarGlobalHeader: Buffer;
  /** For the header of a pax header: the LFS object's id; empty for all else. */
  label: string;
}

/** The entries in order, and what git wrote about the whole: the commit id, known once an entry was read. */
export interface ArchiveEntries extends AsyncIterable<ArchiveEntry> {
  readonly comment: string;
}
