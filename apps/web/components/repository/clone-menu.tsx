import type { Repository } from '@granary/api-contract';
import { ChevronDown, Download } from 'lucide-react';
import { buttonClass } from '@/components/ui/button';
import { CopyField } from '@/components/ui/copy-field';
import { Menu } from '@/components/ui/menu';
import { MenuLink, MenuSection } from '@/components/ui/menu-item';
import { Segmented } from '@/components/ui/segmented';
import { archiveUrl } from '@/lib/repository-url';
import { nameOf } from './repository-page';

export function CloneUrls({ repository, name }: { repository: Repository; name: string }) {
  const https = <CopyField value={repository.clone_url} label="Clone URL over HTTP" />;
  if (!repository.ssh_url) return https;
  const scheme = repository.clone_url.startsWith('https:') ? 'HTTPS' : 'HTTP';
  return (
    <Segmented
      name={name}
      legend="Protocol"
      segments={[
        { id: 'first', label: scheme, panel: https },
        { id: 'second', label: 'SSH', panel: <CopyField value={repository.ssh_url} label="Clone URL over SSH" /> },
      ]}
    />
  );
}

/** Everything that takes the repository home: clone URLs, and archives of the ref that is shown. */
export function CloneMenu({ repository, gitRef }: { repository: Repository; gitRef: string }) {
  const name = nameOf(repository);
  const hasLfs = repository.lfs_object_count > 0;
  return (
    <Menu
      align="end"
      className="w-96"
      triggerClassName={buttonClass({ variant: 'primary' })}
      trigger={
        <>
          <Download aria-hidden />
          Clone
          <ChevronDown aria-hidden />
        </>
      }
    >
      <div className="space-y-2.5 p-3.5">
        <CloneUrls repository={repository} name="clone-protocol" />
        {hasLfs && (
          <p className="text-ink-muted text-[0.8125rem]">
            Run <code className="font-mono">git lfs install</code> once before cloning: the large files come along.
          </p>
        )}
      </div>
      <MenuSection title="Download an archive">
        <MenuLink external href={archiveUrl(name, gitRef, { format: 'zip' })}>
          zip
        </MenuLink>
        <MenuLink external href={archiveUrl(name, gitRef, { format: 'tar.gz' })}>
          tar.gz
        </MenuLink>
        {hasLfs && (
          <MenuLink external href={archiveUrl(name, gitRef, { format: 'zip', lfs: false })}>
            zip without LFS content
          </MenuLink>
        )}
      </MenuSection>
    </Menu>
  );
}
