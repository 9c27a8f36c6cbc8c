import type { Allowed, Protection, ProtectionKind } from '@granary/api-contract';
import { ActionForm } from '@/components/forms/action-form';
import { Checkbox } from '@/components/forms/choice';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { Select, type Option } from '@/components/forms/select';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextField } from '@/components/forms/text-field';
import { addProtection, updateProtection } from '@/lib/actions/protection';
import { ACTIONS, type ProtectedAction } from '@/lib/protection-texts';
import type { RepositoryName } from '@/lib/repository-url';

const ROLE_OPTIONS: Option[] = [
  { value: 'write', label: 'Everybody who may write' },
  { value: 'maintain', label: 'Maintainers and admins' },
  { value: 'admin', label: 'Admins' },
  { value: '', label: 'Nobody' },
];

const NOBODY: Allowed = { role: null, users: [] };
/** What a new one offers: the API's own defaults. */
const FRESH: Omit<Protection, 'id' | 'kind' | 'created_at' | 'updated_at'> = {
  pattern: '',
  push: { role: 'maintain', users: [] },
  force_push: NOBODY,
  delete: NOBODY,
  require_linear_history: false,
  enforce_admins: true,
};

const HINTS: Record<ProtectionKind, Record<ProtectedAction, string>> = {
  branch: {
    push: 'Create it and add commits.',
    force_push: 'Take commits away or replace them; only those who may push.',
    delete: 'Take the whole branch away.',
  },
  tag: {
    push: 'Push it for the first time.',
    force_push: 'Point it at something else; only those who may create it.',
    delete: 'Take the tag away.',
  },
};

interface ProtectionFormProps {
  repository: RepositoryName;
  kind: ProtectionKind;
  /** The one to change; without it a new one is made. */
  protection?: Protection;
}

export function ProtectionForm({ repository, kind, protection }: ProtectionFormProps) {
  const current = protection ?? FRESH;
  const many = kind === 'branch' ? 'branches' : 'tags';
  return (
    <ActionForm
      action={protection ? updateProtection : addProtection}
      className="space-y-5"
      label={protection ? 'Change the protection' : `Protect ${many}`}
    >
      <RepositoryFields repository={repository} />
      <input type="hidden" name="kind" value={kind} />
      {protection && <input type="hidden" name="id" value={protection.id} />}
      <TextField
        name="pattern"
        label={`Name or pattern of ${many}`}
        hint={<PatternHint kind={kind} />}
        defaultValue={current.pattern}
        maxLength={255}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        mono
      />
      {(['push', 'force_push', 'delete'] as const).map((action) => (
        <AllowedFields key={action} kind={kind} action={action} allowed={current[action]} />
      ))}
      <div>
        {kind === 'branch' && (
          <Checkbox
            name="require_linear_history"
            label="No merge commits"
            hint="The history stays a line: whoever pushes rebases first."
            defaultChecked={current.require_linear_history}
          />
        )}
        <Checkbox
          name="enforce_admins"
          label="Holds for admins, too"
          hint={`While it is off, admins may ${kind === 'branch' ? 'push, force-push' : 'create, replace'} and delete.`}
          defaultChecked={current.enforce_admins}
        />
      </div>
      <SubmitButton>{protection ? 'Save' : `Protect these ${many}`}</SubmitButton>
    </ActionForm>
  );
}

function PatternHint({ kind }: { kind: ProtectionKind }) {
  const [name, level, deep] = kind === 'branch' ? ['main', 'release/*', 'release/**'] : ['v1.0', 'v*', '**'];
  const code = (text: string | undefined) => <code className="font-mono">{text}</code>;
  return (
    <>
      {code(name)} is that one alone, {code(level)} whatever stands there up to the next slash, {code(deep)} beyond
      slashes as well.
    </>
  );
}

interface AllowedFieldsProps {
  kind: ProtectionKind;
  action: ProtectedAction;
  allowed: Allowed;
}

function AllowedFields({ kind, action, allowed }: AllowedFieldsProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="font-medium">{ACTIONS[kind][action].label}</legend>
      <p className="text-ink-muted mb-2 text-[0.8125rem]">{HINTS[kind][action]}</p>
      <div className="grid gap-x-4 gap-y-3 sm:grid-cols-2">
        <Select name={`${action}.role`} label="By role" options={ROLE_OPTIONS} defaultValue={allowed.role ?? ''} />
        <TextField
          name={`${action}.users`}
          label="And by name"
          placeholder="ada, grace"
          defaultValue={allowed.users.join(', ')}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          optional
        />
      </div>
    </fieldset>
  );
}
