import type { PushRuleValues, SecretScanning } from '@granary/api-contract';
import { exactByteSize } from '@/lib/text/byte-size';
import { formatCount } from '@/lib/text/quantity';

export type RuleName = keyof PushRuleValues;

export const SECRET_SCANNING: Record<SecretScanning, { label: string; hint: string }> = {
  block: { label: 'Refuse the push', hint: 'Nothing gets in until the secret is out of the commits.' },
  warn: { label: 'Warn', hint: 'The push goes on; whoever pushes reads what was seen, and where.' },
  off: { label: 'Do not look', hint: 'For repositories whose tests are full of made-up keys.' },
};

const NO_PATTERNS: Record<'forbidden_paths' | 'commit_email_patterns' | 'lfs_required_patterns', string> = {
  forbidden_paths: 'no path is forbidden',
  commit_email_patterns: 'any address will do',
  lfs_required_patterns: 'no such rule',
};

/** What a rule comes to, in words: `100 MiB`, `no path is forbidden`. */
export function ruleText(values: PushRuleValues, name: RuleName): string {
  switch (name) {
    case 'max_file_size_bytes':
    case 'max_push_size_bytes':
      return exactByteSize(values[name]);
    case 'max_tree_paths':
      return formatCount(values[name]);
    case 'lfs_required_size_bytes':
      return values[name] === null ? 'no such rule' : exactByteSize(values[name]);
    case 'secret_scanning':
      return SECRET_SCANNING[values[name]].label;
    case 'allow_incomplete_lfs':
      return values[name] ? 'let in, and shown as missing' : 'refused';
    default:
      return values[name].join(', ') || NO_PATTERNS[name];
  }
}
