import { z } from 'zod';
import { OwnPushRules } from './push-rules';

/** Files of one kind that a tree holds as plain files, though they are large. */
export const LargeFiles = z.object({
  /** As .gitattributes writes it. */
  pattern: z.string(),
  file_count: z.number(),
  size_bytes: z.number(),
  /** The largest of them. */
  example: z.string(),
  /** The root's .gitattributes keeps the pattern in LFS already; these files were committed past it. */
  tracked: z.boolean(),
});
export type LargeFiles = z.infer<typeof LargeFiles>;

/**
 * `GET|PUT /api/v3/repos/:o/:r/lfs/rules`: the part of the push rules that says what must be in LFS, and what
 * .gitattributes would make git-lfs follow it. Read: write; change: admin.
 */
export const LfsRules = z.object({
  /** What holds: the repository's own, or else the hub's. */
  lfs_required_size_bytes: z.number().nullable(),
  lfs_required_patterns: z.array(z.string()),
  own: OwnPushRules.pick({ lfs_required_size_bytes: true, lfs_required_patterns: true }),
  /** Lines to add to the root's .gitattributes on the default branch; empty where nothing is missing. */
  suggested_gitattributes: z.string(),
  /** On the default branch, the most bytes first, at most ten. */
  large_files: z.array(LargeFiles),
  /** From so many bytes on a file counts as large there. */
  large_from_bytes: z.number(),
  /** Rules that .gitattributes has no words for. */
  inexpressible_patterns: z.array(z.string()),
  /** Shell lines that follow the suggestion and leave the history as it is; empty where there is nothing to do. */
  commands: z.array(z.string()),
  /** A shell line that also takes the large files out of the history, which changes every commit id; null where there are none. */
  rewrite_command: z.string().nullable(),
  /** False when the tree was too large to be looked through to its end. */
  complete: z.boolean(),
});
export type LfsRules = z.infer<typeof LfsRules>;

/** `PUT`: both together. What is left out or null goes back to the hub's default. */
export const SetLfsRules = z.strictObject({
  lfs_required_size_bytes: OwnPushRules.shape.lfs_required_size_bytes.default(null),
  lfs_required_patterns: OwnPushRules.shape.lfs_required_patterns.default(null),
});
export type SetLfsRules = z.infer<typeof SetLfsRules>;
