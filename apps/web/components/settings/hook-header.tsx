import type { Hook } from '@granary/api-contract';
import { ActionForm } from '@/components/forms/action-form';
import { DeleteForm } from '@/components/forms/delete-form';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { SubmitButton } from '@/components/forms/submit-button';
import { PanelHeader } from '@/components/ui/panel';
import { UserText } from '@/components/ui/user-text';
import { deleteHook, pingHook } from '@/lib/actions/hook';
import type { RepositoryName } from '@/lib/repository-url';
import { HookStatus } from './hook-row';

export function HookHeader({ repository, hook }: { repository: RepositoryName; hook: Hook }) {
  const which = (
    <>
      <RepositoryFields repository={repository} />
      <input type="hidden" name="id" value={hook.id} />
    </>
  );
  const actions = (
    <>
      <ActionForm action={pingHook} label="Ping">
        {which}
        <SubmitButton variant="secondary" size="small">
          Send a ping
        </SubmitButton>
      </ActionForm>
      <DeleteForm
        action={deleteHook}
        trigger="Delete"
        title="Delete this webhook?"
        consequence={
          <p>
            Nothing is sent to <UserText text={hook.config.url} /> any more, and its log of deliveries is dropped.
          </p>
        }
        verb="Delete the webhook"
      >
        {which}
      </DeleteForm>
    </>
  );
  const { code, message } = hook.last_response;
  const description = (
    <span className="flex flex-wrap items-center gap-2">
      <HookStatus hook={hook} />
      {code === null && message}
    </span>
  );
  return <PanelHeader title="Webhook" description={description} actions={actions} />;
}
