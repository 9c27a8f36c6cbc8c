import { guardedPage } from '@/components/shell/guarded-page';
import { FileFault } from '@/components/edit/file-fault';
import { FileForm } from '@/components/edit/file-form';
import { nameOf, RepositoryPage } from '@/components/repository/repository-page';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { readEdit } from '@/lib/api/edits';
import { pageData } from '@/lib/api/page-data';
import { requireUser } from '@/lib/api/viewer';
import { blobUrl, refViewUrl, type RepositoryName } from '@/lib/repository-url';
import { atIn, repositoryIn, type AtParams } from '@/lib/route-params';
import { visibleName } from '@/lib/text/visible-text';

async function EditFile({ params }: { params: Promise<AtParams> }) {
  const wanted = repositoryIn(await params);
  const at = atIn(await params) ?? '';
  const pathOf = (repository: RepositoryName) => refViewUrl(repository, 'edit', at);
  await requireUser(pathOf(wanted));
  const page = await pageData(() => readEdit(wanted, at), { path: pathOf(wanted), movedPath: pathOf });
  const name = nameOf(page.repository);
  const title = `Edit ${visibleName(page.at.path)}`;
  const isEditable = page.fault === null && page.locked_by === null;
  return (
    <RepositoryPage frame={page} active="files" title={title}>
      <Panel label={title}>
        <PanelHeader title={title} description={`On ${visibleName(page.at.ref)}`} />
        <div className="p-4 sm:p-5">
          {isEditable ? (
            <FileForm repository={name} at={page.at} file={page} back={blobUrl(name, page.at, page.at.path)} />
          ) : (
            <FileFault page={page} repository={name} />
          )}
        </div>
      </Panel>
    </RepositoryPage>
  );
}

export default guardedPage(EditFile);
