import type { PushRuleValues } from '@granary/api-contract';
import { ruleText, type RuleName } from '@/lib/push-rule-texts';

const LABELS: Record<RuleName, string> = {
  max_file_size_bytes: 'Largest file',
  max_push_size_bytes: 'Largest push, unpacked',
  max_tree_paths: 'Most files and directories in one commit',
  lfs_required_size_bytes: 'In LFS when larger than',
  lfs_required_patterns: 'In LFS by name',
  forbidden_paths: 'Forbidden paths',
  commit_email_patterns: 'E-mail addresses of commits',
  secret_scanning: 'When a secret is seen',
  allow_incomplete_lfs: 'History with lost LFS objects',
};

/** What holds for a push, for those who may read it and not change it. */
export function PushRulesFacts({ rules }: { rules: PushRuleValues }) {
  return (
    <dl className="divide-line divide-y">
      {(Object.keys(LABELS) as RuleName[]).map((name) => (
        <div key={name} className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 sm:grid-cols-2">
          <dt className="text-ink-muted">{LABELS[name]}</dt>
          <dd className="wrap-anywhere">{ruleText(rules, name)}</dd>
        </div>
      ))}
    </dl>
  );
}
