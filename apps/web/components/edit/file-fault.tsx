import type { EditPage } from '@granary/api-contract';
import { Notice } from '@/components/ui/notice';
import { TextLink } from '@/components/ui/link';
import { changeUrl, type RepositoryName } from '@/lib/repository-url';

const FAULTS: Record<NonNullable<EditPage['fault']>, string> = {
  lfs: 'This file is kept in Git LFS.',
  binary: 'This file is no text.',
  not_utf8: 'This text is not in UTF-8: saving it here would change its encoding.',
  too_large: 'This text is too long for a page.',
  symlink: 'This is a symbolic link, which is changed with Git.',
};

/** Why a file cannot be edited on a page, and what to do instead. */
export function FileFault({ page, repository }: { page: EditPage; repository: RepositoryName }) {
  const { at, fault, locked_by: owner } = page;
  const directory = at.path.split('/').slice(0, -1).join('/');
  if (owner !== null) {
    return (
      <Notice tone="warning" title={`${owner} has locked this file.`}>
        <p>It can be changed once they unlock it, or a maintainer does: git lfs unlock</p>
      </Notice>
    );
  }
  if (fault === null) return null;
  return (
    <Notice tone="info" title={FAULTS[fault]}>
      {fault !== 'symlink' && (
        <p>
          <TextLink href={changeUrl(repository, 'upload', { ...at, path: directory })}>Upload a new version</TextLink>{' '}
          under the same name to replace it.
        </p>
      )}
    </Notice>
  );
}
