import type { At, Repository } from '@granary/api-contract';
import { ChevronDown, Download } from 'lucide-react';
import { buttonClass } from '@/components/ui/button';
import { Menu } from '@/components/ui/menu';
import { UserText } from '@/components/ui/user-text';
import { ArchiveLinks } from './archive-links';
import { nameOf } from './repository-page';

/** Archives of what is shown: the tree at a ref, or one directory of it. */
export function DownloadMenu({ repository, at }: { repository: Repository; at: At }) {
  return (
    <Menu
      align="end"
      wideOnPhones
      className="max-h-[70vh] w-72 overflow-y-auto"
      triggerClassName={buttonClass({})}
      trigger={
        <>
          <Download aria-hidden />
          <span className="max-sm:sr-only">Download</span>
          <ChevronDown aria-hidden />
        </>
      }
    >
      <p className="px-4 pt-3 text-[0.8125rem] font-medium wrap-anywhere">
        {at.path !== '' && (
          <>
            <UserText text={at.path} /> at{' '}
          </>
        )}
        <UserText text={at.ref} />
      </p>
      <ArchiveLinks
        key={`${at.ref}:${at.path}`}
        repository={nameOf(repository)}
        gitRef={at}
        path={at.path}
        hasLfs={repository.lfs_object_count > 0}
      />
    </Menu>
  );
}
