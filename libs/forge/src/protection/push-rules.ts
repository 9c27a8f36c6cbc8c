import { GIB, MIB } from '@granary/kernel';
import type { PushRuleValues } from '@granary/api-contract';

/**
 * What holds where a repository sets nothing.
 *
 * - Files: above 100 MiB LFS is the better place, as other hubs have it.
 * - A push: a pack has at most 2 GiB (`receive.maxInputSize`). Source unpacks to ten to sixty times that when its whole
 *   history is pushed (65 GiB in 1.1 GiB for Linux, by git-sizer), so that 128 GiB stops bombs and no history.
 * - Paths: the largest known work trees have some hundred thousand files.
 * - Secrets: a warning. A refusal would stop the import of every history with a revoked token or a test's key in it;
 *   a warning comes at the moment when the token can still be revoked.
 * - Incomplete history: refused, for most of it is an upload that was forgotten and can still be made.
 */
export const DEFAULT_PUSH_RULES: PushRuleValues = {
  max_file_size_bytes: 100 * MIB,
  max_push_size_bytes: 128 * GIB,
  max_tree_paths: 1_000_000,
  forbidden_paths: [],
  commit_email_patterns: [],
  lfs_required_size_bytes: null,
  lfs_required_patterns: [],
  secret_scanning: 'warn',
  allow_incomplete_lfs: false,
};
