import type { Repository } from '@granary/api-contract';
import { ChevronDown, CodeXml } from 'lucide-react';
import { buttonClass } from '@/components/ui/button';
import { CopyField } from '@/components/ui/copy-field';
import { Menu } from '@/components/ui/menu';
import { Segmented } from '@/components/ui/segmented';

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

/** The addresses that the repository is cloned from. */
export function CloneMenu({ repository }: { repository: Repository }) {
  const hasLfs = repository.lfs_object_count > 0;
  return (
    <Menu
      align="end"
      className="w-96"
      triggerClassName={buttonClass({ variant: 'primary' })}
      trigger={
        <>
          <CodeXml aria-hidden />
          Clone
          <ChevronDown aria-hidden className="max-sm:hidden" />
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
    </Menu>
  );
}
