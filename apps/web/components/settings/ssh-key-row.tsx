import type { SshKey } from '@granary/api-contract';
import { DeleteForm } from '@/components/forms/delete-form';
import { Expiry } from '@/components/settings/expiry';
import { Badge } from '@/components/ui/badge';
import { Row } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { deleteSshKey } from '@/lib/actions/account';
import { visibleName } from '@/lib/text/visible-text';

export function SshKeyRow({ sshKey }: { sshKey: SshKey }) {
  const { id, title, fingerprint, key_type, created_at, expires_at, last_used } = sshKey;
  const name = visibleName(title);
  const remove = (
    <DeleteForm
      action={deleteSshKey}
      trigger={
        <>
          Delete<span className="sr-only"> {name}</span>
        </>
      }
      title={
        <>
          Delete the key “<bdi>{name}</bdi>”?
        </>
      }
      consequence={
        <p>Git over SSH stops working wherever this key is used, and what was signed with it becomes unverified.</p>
      }
      verb="Delete the key"
    >
      <input type="hidden" name="id" value={id} />
    </DeleteForm>
  );
  return (
    <Row actions={remove}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h3 className="font-medium wrap-anywhere">
          <bdi>{name}</bdi>
        </h3>
        <Badge>{key_type}</Badge>
        {expires_at !== null && <Expiry at={expires_at} />}
      </div>
      <p className="text-ink-muted mt-1 font-mono text-[0.8125rem] break-all">{fingerprint}</p>
      <p className="text-ink-muted mt-0.5 text-[0.8125rem]">
        Added <Time at={created_at} />,{' '}
        {last_used ? (
          <>
            last used <Time at={last_used} />
          </>
        ) : (
          'never used'
        )}
      </p>
    </Row>
  );
}
