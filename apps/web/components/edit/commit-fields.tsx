import type { EditAt } from '@granary/api-contract';
import { RadioCards } from '@/components/forms/choice';
import { TextField } from '@/components/forms/text-field';
import { visibleName } from '@/lib/text/visible-text';

interface CommitFieldsProps {
  at: Pick<EditAt, 'ref' | 'kind' | 'sha'>;
  /** The message that is taken when none is written. */
  placeholder: string;
}

const BRANCH_INPUT = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false, mono: true, maxLength: 255 };

/** Message and branch of a commit that a page makes. Only a branch can be committed to; from elsewhere a new one begins. */
export function CommitFields({ at, placeholder }: CommitFieldsProps) {
  const isBranch = at.kind === 'branch';
  const ref = visibleName(at.ref);
  return (
    <>
      <TextField name="message" label="Message" placeholder={placeholder} maxLength={5000} optional />
      {isBranch && at.sha !== null && (
        <RadioCards
          name="target"
          legend="Branch"
          defaultValue="current"
          options={[
            { value: 'current', label: `Commit to ${ref}`, hint: 'Everybody sees it at once.' },
            { value: 'new', label: 'Commit to a new branch', hint: `It begins at ${ref} as it is now.` },
          ]}
        />
      )}
      {at.sha !== null && (
        <TextField
          name="branch"
          label="Name of the new branch"
          hint={isBranch ? 'Only for a new branch.' : `${ref} is no branch: the commit begins a new one.`}
          optional={isBranch}
          {...BRANCH_INPUT}
        />
      )}
    </>
  );
}
