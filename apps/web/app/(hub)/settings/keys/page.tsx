import { guardedPage } from '@/components/shell/guarded-page';
import { KeyRound } from 'lucide-react';
import { ActionForm } from '@/components/forms/action-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { TextArea, TextField } from '@/components/forms/text-field';
import { AccountSettings } from '@/components/settings/account-settings';
import { GpgKeys } from '@/components/settings/gpg-keys';
import { SshKeyRow } from '@/components/settings/ssh-key-row';
import { EmptyState } from '@/components/ui/empty-state';
import { ListPages } from '@/components/ui/list-pages';
import { Notice } from '@/components/ui/notice';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { addSshKey } from '@/lib/actions/account';
import { readGpgKeys, readSshKeys } from '@/lib/api/account';
import { pageData } from '@/lib/api/page-data';
import { getViewer, requireUser } from '@/lib/api/viewer';
import { pageNumberIn, type SearchParams } from '@/lib/route-params';

const PATH = '/settings/keys';
/** The GPG keys' own, beside that of the SSH keys. */
const GPG_PAGE = 'gpg_page';

async function Keys({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireUser(PATH);
  const search = await searchParams;
  const [page, gpgPage] = [pageNumberIn(search), pageNumberIn(search, GPG_PAGE)];
  const [{ rows: keys, hasNext }, gpgKeys, { ssh }] = await Promise.all([
    pageData(() => readSshKeys(page), { path: PATH }),
    pageData(() => readGpgKeys(gpgPage), { path: PATH }),
    getViewer(),
  ]);
  return (
    <AccountSettings
      active="keys"
      title="Keys"
      description="With an SSH key, Git over SSH knows you without a password. With either kind, others see that what you signed is yours."
      search={search}
    >
      {!ssh && (
        <Notice>
          <p>This hub does not serve SSH at the moment. Keys are kept for when it does.</p>
        </Notice>
      )}
      <Panel label="Your SSH keys">
        <PanelHeader title="Your SSH keys" />
        {keys.length > 0 ? (
          <RowList label="Your SSH keys">
            {keys.map((key) => (
              <SshKeyRow key={key.id} sshKey={key} />
            ))}
          </RowList>
        ) : (
          <EmptyState icon={KeyRound} title="No SSH keys yet">
            <p>
              Make one with <code className="font-mono">ssh-keygen -t ed25519</code> and add its public half below.
            </p>
          </EmptyState>
        )}
      </Panel>
      <ListPages path={PATH} page={page} hasNext={hasNext} />
      <AddKey />
      <GpgKeys keys={gpgKeys.rows} />
      <ListPages path={PATH} page={gpgPage} hasNext={gpgKeys.hasNext} name={GPG_PAGE} label="Pages of GPG keys" />
    </AccountSettings>
  );
}

function AddKey() {
  return (
    <Panel label="Add an SSH key">
      <PanelHeader title="Add an SSH key" />
      <div className="p-4 sm:p-5">
        <ActionForm action={addSshKey} label="Add an SSH key">
          <TextArea
            name="key"
            label="SSH public key"
            hint={
              <>
                One line, usually the content of <code className="font-mono">~/.ssh/id_ed25519.pub</code>. Ed25519,
                ECDSA, or RSA of 3072 bits and more.
              </>
            }
            placeholder="ssh-ed25519 AAAA…"
            rows={3}
            spellCheck={false}
            autoComplete="off"
            mono
          />
          <TextField
            name="title"
            label="Title"
            hint="Which computer it is on. Empty: the key’s own comment."
            maxLength={255}
            autoComplete="off"
            optional
          />
          <SubmitButton>Add the SSH key</SubmitButton>
        </ActionForm>
      </div>
    </Panel>
  );
}

export default guardedPage(Keys);
