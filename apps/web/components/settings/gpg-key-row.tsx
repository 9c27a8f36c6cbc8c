import type { GpgKey } from '@granary/api-contract';
import { Expiry } from '@/components/settings/expiry';
import { Badge } from '@/components/ui/badge';
import { Row } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { deleteGpgKey } from '@/lib/actions/account';
import { visibleName } from '@/lib/text/visible-text';
import { DeleteForm } from '@/components/forms/delete-form';

export function GpgKeyRow({ gpgKey }: { gpgKey: GpgKey }) {
  const { id, fingerprint, key_id, created_at, emails, subkeys } = gpgKey;
  const name = visibleName(gpgKey.name);
  const remove = (
    <DeleteForm
      action={deleteGpgKey}
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
      consequence={<p>Every commit and tag that was signed with this key becomes unverified.</p>}
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
        <Badge>{key_id}</Badge>
        <Standing gpgKey={gpgKey} />
      </div>
      <p className="text-ink-muted mt-1 font-mono text-[0.8125rem] break-all">{fingerprint}</p>
      <p className="text-ink-muted mt-0.5 text-[0.8125rem] wrap-anywhere">
        Added <Time at={created_at} />
        {emails.length > 0 && `, for ${emails.map(({ email }) => visibleName(email)).join(', ')}`}
        {subkeys.length > 0 && `, with ${subkeys.length} ${subkeys.length === 1 ? 'subkey' : 'subkeys'}`}
      </p>
    </Row>
  );
}

function Standing({ gpgKey: { revoked, expires_at } }: { gpgKey: GpgKey }) {
  if (revoked) return <Badge tone="danger">Revoked</Badge>;
  return expires_at === null ? null : <Expiry at={expires_at} />;
}
