import type { AdminUser } from '@granary/api-contract';
import Link from 'next/link';
import { ActionForm } from '@/components/forms/action-form';
import { DeleteForm } from '@/components/forms/delete-form';
import { SubmitButton } from '@/components/forms/submit-button';
import { Badge } from '@/components/ui/badge';
import { Row } from '@/components/ui/row-list';
import { Time } from '@/components/ui/time';
import { UserText } from '@/components/ui/user-text';
import { changeUser, deleteUser } from '@/lib/actions/user';

interface ChangeProps {
  login: string;
  change: 'disable' | 'enable' | 'promote' | 'demote';
  verb: string;
}

function Change({ login, change, verb }: ChangeProps) {
  return (
    <ActionForm action={changeUser}>
      <input type="hidden" name="login" value={login} />
      <input type="hidden" name="change" value={change} />
      <SubmitButton variant={change === 'disable' ? 'danger-quiet' : 'secondary'} size="small">
        {verb}
        <span className="sr-only">: {login}</span>
      </SubmitButton>
    </ActionForm>
  );
}

/** An account, with what a site administrator can do to it. Nobody ends the own one here by a slip. */
export function UserRow({ user, isSelf }: { user: AdminUser; isSelf: boolean }) {
  const { login, name, email, active, deletable, site_admin: isAdmin, created_at: createdAt } = user;
  const actions = (
    <div className="flex flex-wrap gap-2 sm:justify-end">
      <Change login={login} change={isAdmin ? 'demote' : 'promote'} verb={isAdmin ? 'Make a user' : 'Make an admin'} />
      <Change login={login} change={active ? 'disable' : 'enable'} verb={active ? 'Disable' : 'Enable'} />
      <DeleteForm
        action={deleteUser}
        trigger={
          <>
            Delete<span className="sr-only"> {login}</span>
          </>
        }
        title={`Delete the account “${login}”?`}
        consequence={<p>Its tokens, keys, locks and roles go with it. This cannot be undone.</p>}
        verb="Delete the account"
        isOffered={deletable}
      >
        <input type="hidden" name="login" value={login} />
      </DeleteForm>
    </div>
  );
  return (
    <Row actions={!isSelf && actions}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <h2 className="font-medium wrap-anywhere">
          <Link href={`/${login}`} className="hover:underline">
            {login}
          </Link>
        </h2>
        {isAdmin && <Badge tone="neutral">Administrator</Badge>}
        {!active && <Badge tone="danger">Disabled</Badge>}
        {isSelf && <Badge tone="success">You</Badge>}
      </div>
      <p className="text-ink-muted mt-0.5 text-[0.8125rem] wrap-anywhere">
        {name && <UserText text={name} />}
        {name && email ? ', ' : ''}
        {email && <UserText text={email} />}
        {name || email ? '. ' : ''}
        Created <Time at={createdAt} />
      </p>
    </Row>
  );
}
