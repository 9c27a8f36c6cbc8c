import type { PushRuleValues } from '@granary/api-contract';
import { ruleText } from './push-rule-texts';

const values: PushRuleValues = {
  max_file_size_bytes: 100 * 1024 ** 2,
  max_push_size_bytes: 128 * 1024 ** 3,
  max_tree_paths: 1_000_000,
  forbidden_paths: ['*.exe', 'secret/**'],
  commit_email_patterns: [],
  lfs_required_size_bytes: null,
  lfs_required_patterns: [],
  secret_scanning: 'warn',
  allow_incomplete_lfs: false,
};

it.each([
  ['max_file_size_bytes', '100 MiB'],
  ['max_push_size_bytes', '128 GiB'],
  ['max_tree_paths', '1,000,000'],
  ['forbidden_paths', '*.exe, secret/**'],
  ['commit_email_patterns', 'any address will do'],
  ['lfs_required_size_bytes', 'no such rule'],
  ['lfs_required_patterns', 'no such rule'],
  ['secret_scanning', 'Warn'],
  ['allow_incomplete_lfs', 'refused'],
] as const)('says what %s comes to', (name, text) => expect(ruleText(values, name)).toBe(text));
