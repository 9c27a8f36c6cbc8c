import { guardedPage } from '@/components/shell/guarded-page';
import { FileForm } from '@/components/edit/file-form';
import { nameOf, RepositoryPage } from '@/components/repository/repository-page';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { readEditPlace } from '@/lib/api/edits';
import { pageData } from '@/lib/api/page-data';
import { requireUser } from '@/lib/api/viewer';
import { refViewUrl, repositoryUrl, treeUrl, type RepositoryName } from '@/lib/repository-url';
import { atIn, repositoryIn, type AtParams } from '@/lib/route-params';
import { visibleName } from '@/lib/text/visible-text';

async function NewFile({ params }: { params: Promise<AtParams> }) {
  const wanted = repositoryIn(await params);
  const at = atIn(await params) ?? '';
  const pathOf = (repository: RepositoryName) => refViewUrl(repository, 'new', at);
  await requireUser(pathOf(wanted));
  const page = await pageData(() => readEditPlace(wanted, at), { path: pathOf(wanted), movedPath: pathOf });
  const name = nameOf(page.repository);
  const back = page.at.sha === null ? repositoryUrl(name) : treeUrl(name, page.at);
  return (
    <RepositoryPage frame={page} active="files" title="New file">
      <Panel label="New file">
        <PanelHeader title="New file" description={`On ${visibleName(page.at.ref)}`} />
        <div className="p-4 sm:p-5">
          <FileForm repository={name} at={page.at} back={back} />
        </div>
      </Panel>
    </RepositoryPage>
  );
}

export default guardedPage(NewFile);
