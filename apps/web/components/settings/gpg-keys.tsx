import type { GpgKey } from '@granary/api-contract';
import { FileSignature } from 'lucide-react';
import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextArea, TextField } from '@/components/forms/text-field';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { addGpgKey } from '@/lib/actions/account';
import { GpgKeyRow } from './gpg-key-row';

/** The keys that sign and do nothing else. */
export function GpgKeys({ keys }: { keys: GpgKey[] }) {
  return (
    <>
      <Panel label="Your GPG keys">
        <PanelHeader title="Your GPG keys" />
        {keys.length > 0 ? (
          <RowList label="Your GPG keys">
            {keys.map((key) => (
              <GpgKeyRow key={key.id} gpgKey={key} />
            ))}
          </RowList>
        ) : (
          <EmptyState icon={FileSignature} title="No GPG keys yet">
            <p>They are for signatures alone. Who signs with an SSH key needs none.</p>
          </EmptyState>
        )}
      </Panel>
      <AddGpgKey />
    </>
  );
}

function AddGpgKey() {
  return (
    <Panel label="Add a GPG key">
      <PanelHeader title="Add a GPG key" />
      <div className="p-4 sm:p-5">
        <ActionForm action={addGpgKey} label="Add a GPG key">
          <TextArea
            name="armored_public_key"
            label="GPG public key"
            hint={
              <>
                What <code className="font-mono">gpg --armor --export &lt;your e-mail&gt;</code> prints. A commit counts
                as verified when its committer’s address is the one of your profile.
              </>
            }
            placeholder="-----BEGIN PGP PUBLIC KEY BLOCK-----"
            rows={5}
            spellCheck={false}
            autoComplete="off"
            mono
          />
          <TextField
            name="name"
            label="Name"
            hint="Empty: the key’s own user ID."
            maxLength={255}
            autoComplete="off"
            optional
          />
          <SubmitButton>Add the GPG key</SubmitButton>
        </ActionForm>
      </div>
    </Panel>
  );
}
