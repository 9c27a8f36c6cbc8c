'use client';

import { ActionForm, useFormState } from '@/components/forms/action-form';
import { Checkbox } from '@/components/forms/choice';
import { Select } from '@/components/forms/select';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextArea, TextField } from '@/components/forms/text-field';
import { CopyField } from '@/components/ui/copy-field';
import { Notice } from '@/components/ui/notice';
import { createToken } from '@/lib/actions/token';
import type { FormState } from '@/lib/forms/form-state';
import { DEFAULT_EXPIRY, EXPIRY_CHOICES } from '@/lib/token-expiry';
import { SCOPE_TEXTS, type ScopeName } from './token-scopes';

/** Creates a token, and shows its secret this once. */
export function TokenForm({ isAdmin }: { isAdmin: boolean }) {
  const scopes = (Object.keys(SCOPE_TEXTS) as ScopeName[]).filter((scope) => isAdmin || scope !== 'admin');
  return (
    <ActionForm action={createToken} className="space-y-5" label="New access token" renderDone={renderSecret}>
      <TextField
        name="name"
        label="Name"
        hint="What it is for: “CI of the website”."
        maxLength={255}
        autoComplete="off"
      />
      <ScopeBoxes scopes={scopes} />
      <Select name="expiry" label="Expires" options={EXPIRY_CHOICES} defaultValue={DEFAULT_EXPIRY} />
      <TextArea
        name="repositories"
        label="Only for these repositories"
        hint="Full names such as ada/orchard, one a line. Empty: all that you may reach."
        rows={2}
        spellCheck={false}
        optional
        mono
      />
      <SubmitButton>Create the token</SubmitButton>
    </ActionForm>
  );
}

function renderSecret({ secret = '' }: FormState) {
  return (
    <Notice tone="success" role="status" title="Copy your new token now: it will not be shown again.">
      <CopyField value={secret} label="New access token" />
    </Notice>
  );
}

function ScopeBoxes({ scopes }: { scopes: ScopeName[] }) {
  const fault = useFormState().faults['scopes'];
  return (
    <fieldset aria-describedby={fault ? 'scopes-fault' : undefined}>
      <legend className="mb-1 font-medium">What it may do</legend>
      {fault && (
        <p id="scopes-fault" className="text-danger mb-1 font-medium">
          {fault}
        </p>
      )}
      <div className="grid gap-x-6 sm:grid-cols-2">
        {scopes.map((scope) => (
          <Checkbox
            key={scope}
            name="scopes"
            value={scope}
            label={<span className="font-mono text-[0.8125rem]">{scope}</span>}
            hint={SCOPE_TEXTS[scope]}
            defaultChecked={scope === 'repo:read' || scope === 'repo:write'}
          />
        ))}
      </div>
    </fieldset>
  );
}
