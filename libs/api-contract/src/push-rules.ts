import { z } from 'zod';

export const SecretScanning = z.enum(['block', 'warn', 'off']);
export type SecretScanning = z.infer<typeof SecretScanning>;

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** `*` stays within a part between slashes, `**` crosses them; a pattern without a slash is for the file's name alone. */
const Globs = z
  .array(z.string().min(1, 'a pattern cannot be empty').max(255, 'a pattern has at most 255 characters'))
  .max(100, 'there can be at most 100 patterns');

const FileSize = z
  .int()
  .min(1024, 'must be 1 KiB or more')
  .max(2 * GIB, 'must be 2 GiB or less');

const OWN = {
  /** The largest plain file, in bytes. */
  max_file_size_bytes: FileSize,
  /** All objects of one push together, uncompressed. */
  max_push_size_bytes: z
    .int()
    .min(MIB, 'must be 1 MiB or more')
    .max(1024 * GIB, 'must be 1 TiB or less'),
  /** Files and directories in one commit. */
  max_tree_paths: z.int().min(1, 'must be 1 or more').max(10_000_000, 'must be 10,000,000 or less'),
  forbidden_paths: Globs,
  /** Globs, in any case: author and committer of each new commit must match one. Empty: anybody. */
  commit_email_patterns: Globs,
  /** A file of more bytes must be an LFS pointer. Null: no such rule. */
  lfs_required_size_bytes: FileSize,
  lfs_required_patterns: Globs,
  /** What happens to a push in which the shape of a token or private key is seen. */
  secret_scanning: SecretScanning,
  /** Whether a push may name LFS objects that nobody has any more. They are shown as missing. */
  allow_incomplete_lfs: z.boolean(),
};

/** What holds for a push. */
export const PushRuleValues = z.object({
  ...OWN,
  lfs_required_size_bytes: OWN.lfs_required_size_bytes.nullable(),
});
export type PushRuleValues = z.infer<typeof PushRuleValues>;

/** What the repository sets itself; null stands for the hub's default. */
export const OwnPushRules = z.object({
  max_file_size_bytes: OWN.max_file_size_bytes.nullable(),
  max_push_size_bytes: OWN.max_push_size_bytes.nullable(),
  max_tree_paths: OWN.max_tree_paths.nullable(),
  forbidden_paths: OWN.forbidden_paths.nullable(),
  commit_email_patterns: OWN.commit_email_patterns.nullable(),
  lfs_required_size_bytes: OWN.lfs_required_size_bytes.nullable(),
  lfs_required_patterns: OWN.lfs_required_patterns.nullable(),
  secret_scanning: OWN.secret_scanning.nullable(),
  allow_incomplete_lfs: OWN.allow_incomplete_lfs.nullable(),
});
export type OwnPushRules = z.infer<typeof OwnPushRules>;

/** `GET|PATCH /api/v3/repos/:o/:r/push-rules`. Read: maintain; write: admin. */
export const PushRules = z.object({ own: OwnPushRules, effective: PushRuleValues, defaults: PushRuleValues });
export type PushRules = z.infer<typeof PushRules>;

/** `PATCH`: what is left out stays, null goes back to the hub's default. */
export const UpdatePushRules = z.strictObject(OwnPushRules.partial().shape);
export type UpdatePushRules = z.infer<typeof UpdatePushRules>;
