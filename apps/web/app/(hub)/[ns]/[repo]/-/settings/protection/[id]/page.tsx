import { guardedPage } from '@/components/shell/guarded-page';
import { notFound } from '@/lib/page/refusal';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { nameOf } from '@/components/repository/repository-page';
import { DeleteForm } from '@/components/forms/delete-form';
import { ProtectionForm } from '@/components/settings/protection-form';
import { RepositorySettings } from '@/components/settings/repository-settings';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { removeProtection } from '@/lib/actions/protection';
import { pageData } from '@/lib/api/page-data';
import { readProtection } from '@/lib/api/protection';
import { readFrame } from '@/lib/api/repositories';
import { requireUser } from '@/lib/api/viewer';
import { protectionUrl } from '@/lib/repository-url';
import { numberIn, repositoryIn, type RepositoryParams } from '@/lib/route-params';

interface EditProtectionProps {
  params: Promise<RepositoryParams & { id: string }>;
}

async function EditProtection({ params }: EditProtectionProps) {
  const wanted = repositoryIn(await params);
  const id = numberIn((await params).id);
  const path = protectionUrl(wanted, id);
  await requireUser(path);
  const read = () => Promise.all([readFrame(wanted.owner, wanted.name), readProtection(wanted, id)]);
  const [frame, protection] = await pageData(read, { path, movedPath: (moved) => protectionUrl(moved, id) });
  if (!frame.repository.permissions.admin) notFound();
  const name = nameOf(frame.repository);
  const title = protection.kind === 'branch' ? 'Protected branches' : 'Protected tags';
  const remove = (
    <DeleteForm
      action={removeProtection}
      trigger="Remove"
      title="Remove this protection?"
      consequence={<p>What nothing else protects is open to everybody who may write from then on.</p>}
      verb="Remove the protection"
    >
      <RepositoryFields repository={name} />
      <input type="hidden" name="id" value={id} />
    </DeleteForm>
  );
  return (
    <RepositorySettings frame={frame} active="protection" title={title}>
      <Panel label={title}>
        <PanelHeader title={title} actions={remove} />
        <div className="p-4 sm:p-5">
          <ProtectionForm
            key={protection.updated_at}
            repository={name}
            kind={protection.kind}
            protection={protection}
          />
        </div>
      </Panel>
    </RepositorySettings>
  );
}

export default guardedPage(EditProtection);
