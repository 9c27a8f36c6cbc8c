import { guardedPage } from '@/components/shell/guarded-page';
import { UploadForm } from '@/components/edit/upload-form';
import { nameOf, RepositoryPage } from '@/components/repository/repository-page';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { readUpload } from '@/lib/api/edits';
import { pageData } from '@/lib/api/page-data';
import { requireUser } from '@/lib/api/viewer';
import { refViewUrl, type RepositoryName } from '@/lib/repository-url';
import { atIn, repositoryIn, textIn, type AtParams, type SearchParams } from '@/lib/route-params';
import { visibleName } from '@/lib/text/visible-text';

interface UploadProps {
  params: Promise<AtParams>;
  searchParams: Promise<SearchParams>;
}

async function Upload({ params, searchParams }: UploadProps) {
  const wanted = repositoryIn(await params);
  const at = atIn(await params) ?? '';
  const refused = textIn(await searchParams, 'refused');
  const pathOf = (repository: RepositoryName) => refViewUrl(repository, 'upload', at);
  await requireUser(pathOf(wanted));
  const read = () => readUpload(wanted, at, refused);
  const page = await pageData(read, { path: pathOf(wanted), movedPath: pathOf });
  const place = [page.at.path, page.at.ref].filter(Boolean).map(visibleName).join(' on ');
  return (
    <RepositoryPage frame={page} active="files" title="Upload files">
      <Panel label="Upload files">
        <PanelHeader title="Upload files" description={`Into ${place}`} />
        <div className="p-4 sm:p-5">
          <UploadForm
            repository={nameOf(page.repository)}
            at={page.at}
            staged={page.staged}
            lfs={page.lfs}
            problem={page.problem}
          />
        </div>
      </Panel>
    </RepositoryPage>
  );
}

export default guardedPage(Upload);
