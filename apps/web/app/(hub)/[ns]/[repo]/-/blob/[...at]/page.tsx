import { guardedPage } from '@/components/shell/guarded-page';
import { History, Pencil } from 'lucide-react';
import { redirect } from 'next/navigation';
import { BlobPanel, lookOf } from '@/components/code/blob-panel';
import { DeleteFile } from '@/components/edit/delete-file';
import { Flash } from '@/components/forms/flash';
import { CommitLine } from '@/components/repository/commit-line';
import { LockFile, mayLock } from '@/components/repository/lock-file';
import { RefToolbar } from '@/components/repository/ref-toolbar';
import { nameOf, RepositoryPage } from '@/components/repository/repository-page';
import { ButtonLink } from '@/components/ui/button';
import { exists } from '@/lib/api/exists';
import { pageData } from '@/lib/api/page-data';
import { readBlob, readTree } from '@/lib/api/repositories';
import { changeUrl, commitsUrl, refViewUrl } from '@/lib/repository-url';
import { atIn, repositoryIn, textIn, type AtParams, type SearchParams } from '@/lib/route-params';
import { visibleName } from '@/lib/text/visible-text';

interface BlobProps {
  params: Promise<AtParams>;
  searchParams: Promise<SearchParams>;
}

async function load({ params, searchParams }: BlobProps) {
  const look = textIn(await searchParams, 'plain') === '1' ? 'source' : 'rendered';
  const repository = repositoryIn(await params);
  const at = atIn(await params) ?? '';
  const read = async () => {
    try {
      return await readBlob(repository.owner, repository.name, at, look);
    } catch (error) {
      if (await exists(error, () => readTree(repository.owner, repository.name, { at }))) {
        redirect(refViewUrl(repository, 'tree', at));
      }
      throw error;
    }
  };
  return pageData(read, {
    path: refViewUrl(repository, 'blob', at),
    movedPath: (moved) => refViewUrl(moved, 'blob', at),
  });
}

async function Blob(props: BlobProps) {
  const blob = await load(props);
  const name = nameOf(blob.repository);
  const search = await props.searchParams;
  const plain = textIn(search, 'plain') === '1';
  const mayWrite = blob.repository.permissions.push;
  return (
    <RepositoryPage frame={blob} active="files" title={`${visibleName(blob.at.path)} at ${visibleName(blob.at.ref)}`}>
      <Flash search={search} />
      <RefToolbar frame={blob} at={blob.at} view="blob">
        <ButtonLink href={commitsUrl(name, blob.at, blob.at.path)}>
          <History aria-hidden />
          <span className="max-sm:sr-only">History</span>
        </ButtonLink>
        {mayWrite && blob.committable && blob.kind === 'text' && !blob.lfs && (
          <ButtonLink href={changeUrl(name, 'edit', blob.at)}>
            <Pencil aria-hidden />
            <span className="max-sm:sr-only">Edit</span>
          </ButtonLink>
        )}
        {mayLock(blob) && <LockFile blob={blob} />}
        {mayWrite && blob.at.kind === 'branch' && <DeleteFile blob={blob} />}
      </RefToolbar>
      {blob.last_commit && (
        <div className="mb-3 px-1">
          <CommitLine repository={name} commit={blob.last_commit} />
        </div>
      )}
      <BlobPanel blob={blob} look={lookOf(blob, plain)} />
    </RepositoryPage>
  );
}

export default guardedPage(Blob);
