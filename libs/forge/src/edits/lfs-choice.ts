import type { PushRuleValues } from '@granary/api-contract';
import { compilePathGlob } from '@granary/kernel';

/** Where a repository has no rule of its own, files above this are offered to Git LFS. */
export const SUGGESTED_LFS_SIZE_BYTES = 10 * 1024 ** 2;

export interface StorageChoice {
  path: string;
  lfs: boolean;
  /** The user has no say. */
  isForced: boolean;
  /** Why it is LFS. `attributes`: a `.gitattributes` marks the path already. */
  reason: 'required_pattern' | 'required_size' | 'attributes' | 'large' | null;
  /** The rule's, for `required_pattern`. */
  pattern: string | null;
}

export type LfsRules = Pick<PushRuleValues, 'lfs_required_patterns' | 'lfs_required_size_bytes'>;

/** Git and git-lfs read these themselves, before any pointer could be resolved. */
const OWN_FILE = /(^|\/)(\.git[^/]*|\.lfsconfig)$/;

/** Whether a file is stored with Git LFS: by the rules that its push must pass, by its attributes, or by its size. */
export function chooseStorage(
  { path, sizeBytes }: { path: string; sizeBytes: number },
  { rules, isMarked }: { rules: LfsRules; isMarked: boolean },
): StorageChoice {
  const none = { path, lfs: false, reason: null, pattern: null };
  // An empty file is its own pointer.
  if (OWN_FILE.test(path) || sizeBytes === 0) return { ...none, isForced: true };
  const forced = { path, lfs: true, isForced: true, pattern: null };
  if (isMarked) return { ...forced, reason: 'attributes' };
  const pattern = rules.lfs_required_patterns.find((each) => compilePathGlob(each)(path));
  if (pattern !== undefined) return { ...forced, reason: 'required_pattern', pattern };
  const { lfs_required_size_bytes: mostBytes } = rules;
  if (mostBytes !== null)
    return sizeBytes > mostBytes ? { ...forced, reason: 'required_size' } : { ...none, isForced: false };
  return sizeBytes > SUGGESTED_LFS_SIZE_BYTES
    ? { path, lfs: true, isForced: false, reason: 'large', pattern: null }
    : { ...none, isForced: false };
}
