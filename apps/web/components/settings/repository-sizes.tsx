import type { NamespaceQuota } from '@granary/api-contract';
import { HardDrive } from 'lucide-react';
import { EmptyState } from '@/components/ui/empty-state';
import { TextLink } from '@/components/ui/link';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { VisibilityBadge } from '@/components/repository/visibility';
import { parseFullName, settingsUrl } from '@/lib/repository-url';
import { countOf, formatBytes, formatCount } from '@/lib/text/quantity';

const NUMBER = 'py-2 pr-4 text-right whitespace-nowrap tabular-nums';

/** The repositories of a namespace, those that take most first. */
export function RepositorySizes({ quota }: { quota: NamespaceQuota }) {
  const { repositories, repositories_total: total } = quota;
  const leftOut = total - repositories.length;
  return (
    <Panel label="Repositories by size">
      <PanelHeader title="Repositories by size" />
      {repositories.length === 0 ? (
        <EmptyState icon={HardDrive} title="Nothing takes room yet">
          Repositories appear here, those that take most first.
        </EmptyState>
      ) : (
        <table className="w-full table-fixed">
          <colgroup>
            <col />
            <col className="w-20 sm:w-24" />
            <col className="w-20 sm:w-24" />
            <col className="w-24 max-sm:hidden" />
          </colgroup>
          <thead className="text-ink-muted border-line border-b text-[0.8125rem]">
            <tr>
              <th scope="col" className="py-2 pl-4 text-left font-normal">
                Repository
              </th>
              <th scope="col" className={`${NUMBER} font-normal`}>
                Git
              </th>
              <th scope="col" className={`${NUMBER} font-normal`}>
                LFS
              </th>
              <th scope="col" className={`${NUMBER} font-normal max-sm:hidden`}>
                Objects
              </th>
            </tr>
          </thead>
          <tbody className="divide-line divide-y">
            {repositories.map((repository) => (
              <Row key={repository.full_name} repository={repository} />
            ))}
          </tbody>
        </table>
      )}
      {leftOut > 0 && (
        <p className="text-ink-muted border-line border-t px-4 py-2.5">
          and {countOf(leftOut, 'smaller repository', 'smaller repositories')}
        </p>
      )}
    </Panel>
  );
}

function Row({ repository }: { repository: NamespaceQuota['repositories'][number] }) {
  const { full_name, visibility, git_bytes, lfs_bytes, lfs_objects } = repository;
  const name = parseFullName(full_name);
  return (
    <tr>
      <td className="py-2 pl-4 sm:pr-4">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1 wrap-anywhere">
          {name ? <TextLink href={settingsUrl(name, 'storage')}>{name.name}</TextLink> : full_name}
          <VisibilityBadge visibility={visibility} />
        </span>
      </td>
      <td className={NUMBER}>{formatBytes(git_bytes)}</td>
      <td className={NUMBER}>{formatBytes(lfs_bytes)}</td>
      <td className={`${NUMBER} max-sm:hidden`}>{formatCount(lfs_objects)}</td>
    </tr>
  );
}
