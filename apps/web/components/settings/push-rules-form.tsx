import type { PushRules, SecretScanning } from '@granary/api-contract';
import type { ReactNode } from 'react';
import { ActionForm } from '@/components/forms/action-form';
import { RadioCards, type RadioOption } from '@/components/forms/choice';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextArea, TextField } from '@/components/forms/text-field';
import { updatePushRules } from '@/lib/actions/push-rules';
import { ruleText, SECRET_SCANNING, type RuleName } from '@/lib/push-rule-texts';
import type { RepositoryName } from '@/lib/repository-url';
import { exactByteSize } from '@/lib/text/byte-size';
import { formatCount } from '@/lib/text/quantity';

interface PushRulesFormProps {
  repository: RepositoryName;
  rules: PushRules;
}

/** What the repository asks of pushes. An empty field leaves it to the hub, and says what that means. */
export function PushRulesForm({ repository, rules }: PushRulesFormProps) {
  return (
    <ActionForm action={updatePushRules} className="space-y-7" label="Push rules">
      <RepositoryFields repository={repository} />
      <Group title="Sizes">
        <Size rules={rules} name="max_file_size_bytes" label="Largest file">
          Larger ones belong in Git LFS, whose files this does not limit.
        </Size>
        <Size rules={rules} name="max_push_size_bytes" label="Largest push">
          All that one push brings, unpacked.
        </Size>
        <Count rules={rules} />
      </Group>
      <Group title="Git LFS">
        <Size rules={rules} name="lfs_required_size_bytes" label="Files larger than this must be in LFS">
          Whatever their name.
        </Size>
        <Patterns rules={rules} name="lfs_required_patterns" label="Files that must be in LFS" placeholder="*.psd">
          Whatever their size.
        </Patterns>
      </Group>
      <Group title="Files and commits">
        <Patterns rules={rules} name="forbidden_paths" label="Forbidden paths" placeholder="*.exe">
          New and changed files at these paths are refused.
        </Patterns>
        <Patterns
          rules={rules}
          name="commit_email_patterns"
          label="E-mail addresses of commits"
          placeholder="*@example.com"
        >
          Author and committer of each new commit must match one.
        </Patterns>
      </Group>
      <RadioCards
        name="secret_scanning"
        legend="Secrets: tokens and private keys of well-known shapes"
        options={secretOptions(rules.defaults.secret_scanning)}
        defaultValue={rules.own.secret_scanning ?? ''}
      />
      <RadioCards
        name="allow_incomplete_lfs"
        legend="Incomplete history: commits whose LFS objects nobody has any more"
        options={incompleteOptions(rules.defaults.allow_incomplete_lfs)}
        defaultValue={rules.own.allow_incomplete_lfs === null ? '' : String(rules.own.allow_incomplete_lfs)}
      />
      <SubmitButton>Save</SubmitButton>
    </ActionForm>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="border-line mb-3 w-full border-b pb-1 font-semibold">{title}</legend>
      <div className="space-y-4">{children}</div>
    </fieldset>
  );
}

interface RuleProps<Name extends RuleName> {
  rules: PushRules;
  name: Name;
  label: string;
  children: string;
}

function whenEmpty({ defaults }: PushRules, name: RuleName): string {
  return `Left empty: ${ruleText(defaults, name)}, the hub’s default.`;
}

function Size({
  rules,
  name,
  label,
  children,
}: RuleProps<'max_file_size_bytes' | 'max_push_size_bytes' | 'lfs_required_size_bytes'>) {
  const [own, fallback] = [rules.own[name], rules.defaults[name]];
  return (
    <TextField
      name={name}
      label={label}
      hint={`${children} With a unit: KiB, MiB, GiB. ${whenEmpty(rules, name)}`}
      defaultValue={own === null ? '' : exactByteSize(own)}
      placeholder={fallback === null ? undefined : exactByteSize(fallback)}
      autoComplete="off"
      className="max-w-48"
      optional
    />
  );
}

function Count({ rules }: { rules: PushRules }) {
  return (
    <TextField
      name="max_tree_paths"
      label="Most files and directories in one commit"
      hint={whenEmpty(rules, 'max_tree_paths')}
      defaultValue={rules.own.max_tree_paths ?? ''}
      placeholder={formatCount(rules.defaults.max_tree_paths)}
      inputMode="numeric"
      autoComplete="off"
      className="max-w-48"
      optional
    />
  );
}

function Patterns({
  rules,
  name,
  label,
  placeholder,
  children,
}: RuleProps<'forbidden_paths' | 'commit_email_patterns' | 'lfs_required_patterns'> & { placeholder: string }) {
  return (
    <TextArea
      name={name}
      label={label}
      hint={`${children} One pattern a line. ${whenEmpty(rules, name)}`}
      defaultValue={rules.own[name]?.join('\n')}
      placeholder={placeholder}
      rows={3}
      autoCapitalize="none"
      spellCheck={false}
      optional
      mono
    />
  );
}

function secretOptions(fallback: SecretScanning): RadioOption[] {
  const choices = (['block', 'warn', 'off'] as const).map((value) => ({ value, ...SECRET_SCANNING[value] }));
  const { label } = SECRET_SCANNING[fallback];
  return [{ value: '', label: 'As the hub has it', hint: `Today: ${label.toLowerCase()}.` }, ...choices];
}

function incompleteOptions(fallback: boolean): RadioOption[] {
  return [
    { value: '', label: 'As the hub has it', hint: `Today: ${fallback ? 'let it in' : 'refuse the push'}.` },
    { value: 'false', label: 'Refuse the push', hint: 'Every object has to be uploaded before its commits.' },
    { value: 'true', label: 'Let it in', hint: 'What is not uploaded is shown as missing, and archives name it.' },
  ];
}
