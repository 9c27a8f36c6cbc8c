import { z } from 'zod';
import { LfsPlace } from './lfs-place';

/** `GET /repos/:owner/:repo/archive/info`: what an archive holds, before somebody downloads it. */
export const ArchiveInfo = z.object({
  /** Branch, tag or commit id. */
  ref: z.string(),
  /** The commit that it names now. */
  sha: z.string(),
  /** Files, symlinks and submodules. */
  entries: z.int(),
  /** Bytes of the files that Git holds, before compression; LFS files count as their pointers. */
  git_bytes: z.int(),
  /** LFS files whose content is here, and its bytes. */
  lfs_files: z.int(),
  lfs_bytes: z.int(),
  /** LFS files whose content is not here: archives with LFS content are refused then. */
  missing_lfs_files: z.int(),
  /** Where clients of the commit look for those; null: here. */
  missing_lfs_elsewhere: LfsPlace.nullable(),
  formats: z.array(
    z.object({
      name: z.string(),
      /** With LFS content. */
      url: z.string(),
      /** With pointers in its place. */
      url_without_lfs: z.string(),
      /** Of the archive with LFS content, where the hub has it ready: its bytes and its SHA-256 in hex. */
      ready: z.object({ size: z.int(), sha256: z.string() }).nullable(),
    }),
  ),
});
export type ArchiveInfo = z.infer<typeof ArchiveInfo>;
