import type { AccessToken } from '@granary/api-contract';
import { DeleteForm } from '@/components/forms/delete-form';
import { Expiry } from '@/components/settings/expiry';
import { Row } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { revokeToken } from '@/lib/actions/token';
import { visibleName } from '@/lib/text/visible-text';

export function TokenRow({ token }: { token: AccessToken }) {
  const { id, scopes, token_prefix, repositories, expires_at, last_used_at, created_at } = token;
  const name = visibleName(token.name);
  const revoke = (
    <DeleteForm
      action={revokeToken}
      trigger={
        <>
          Revoke<span className="sr-only"> {name}</span>
        </>
      }
      title={
        <>
          Revoke “<bdi>{name}</bdi>”?
        </>
      }
      consequence={<p>Whatever uses this token loses its access at once. This cannot be undone.</p>}
      verb="Revoke the token"
    >
      <input type="hidden" name="id" value={id} />
    </DeleteForm>
  );
  return (
    <Row actions={revoke}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h3 className="font-medium wrap-anywhere">
          <bdi>{name}</bdi>
        </h3>
        <Expiry at={expires_at} />
      </div>
      <p className="mt-1 font-mono text-[0.8125rem] wrap-anywhere">
        {token_prefix}… <span className="text-ink-muted">{scopes.join(' ')}</span>
      </p>
      <p className="text-ink-muted mt-0.5 text-[0.8125rem] wrap-anywhere">
        {repositories ? `Only ${repositories.join(', ')}. ` : ''}
        Created <Time at={created_at} />,{' '}
        {last_used_at ? (
          <>
            last used <Time at={last_used_at} />
          </>
        ) : (
          'never used'
        )}
      </p>
    </Row>
  );
}
