import type { Collaborator, RepositoryRole } from '@granary/api-contract';
import { ActionForm } from '@/components/forms/action-form';
import { DeleteForm } from '@/components/forms/delete-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import type { Option } from '@/components/forms/select';
import { SubmitButton } from '@/components/forms/submit-button';
import { Avatar } from '@/components/ui/avatar';
import { Link } from '@/components/ui/link';
import { Row } from '@/components/ui/row-list';
import { removeCollaborator, setCollaborator } from '@/lib/actions/collaborator';
import { namespaceUrl, type RepositoryName } from '@/lib/repository-url';
import { RoleSelect } from './role-select';

const ROLES: Record<RepositoryRole, string> = {
  read: 'Read: clone and look',
  write: 'Write: push as well',
  maintain: 'Maintain: protected branches, webhooks, locks',
  admin: 'Admin: everything, settings included',
};
export const ROLE_OPTIONS: Option[] = Object.entries(ROLES).map(([value, label]) => ({ value, label }));

interface CollaboratorRowProps {
  repository: RepositoryName;
  collaborator: Collaborator;
}

export function CollaboratorRow({ repository, collaborator }: CollaboratorRowProps) {
  const { login, role_name } = collaborator;
  const who = (
    <>
      <RepositoryFields repository={repository} />
      <input type="hidden" name="username" value={login} />
    </>
  );
  const actions = (
    <>
      <ActionForm action={setCollaborator} label={`Role of ${login}`} className="flex items-center gap-2">
        {who}
        <RoleSelect label={`Role of ${login}`} current={role_name} />
        <SubmitButton variant="secondary" size="small">
          Set<span className="sr-only"> the role of {login}</span>
        </SubmitButton>
      </ActionForm>
      <DeleteForm
        action={removeCollaborator}
        trigger={
          <>
            Remove<span className="sr-only"> {login}</span>
          </>
        }
        title={`Remove ${login}?`}
        consequence={<p>{login} loses the role here at once. What was pushed stays.</p>}
        verb={`Remove ${login}`}
      >
        {who}
      </DeleteForm>
    </>
  );
  return (
    <Row actions={actions}>
      <div className="flex items-center gap-3">
        <Avatar name={login} account={collaborator} />
        <Link href={namespaceUrl(login)} className="min-w-0 font-medium hover:underline">
          {login}
        </Link>
      </div>
    </Row>
  );
}
