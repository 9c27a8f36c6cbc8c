import type { LfsPathUsage, LfsUsage } from '@granary/api-contract';
import { File, FolderClosed, HardDrive } from 'lucide-react';
import { Breadcrumbs, crumbsOf, type Crumb } from '@/components/ui/breadcrumbs';
import { EmptyState } from '@/components/ui/empty-state';
import { Link } from '@/components/ui/link';
import { Notice } from '@/components/ui/notice';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { UserText } from '@/components/ui/user-text';
import { blobUrl, branchRef, lfsUsageUrl, type RepositoryName } from '@/lib/repository-url';
import { countOf, formatBytes, formatCount } from '@/lib/text/quantity';
import { visibleName } from '@/lib/text/visible-text';

interface LfsPathsProps {
  repository: RepositoryName;
  usage: LfsUsage;
}

const NUMBER = 'py-2 pr-4 text-right whitespace-nowrap tabular-nums';

/** Which directories and files of the default branch hold the LFS content, one directory at a time. */
export function LfsPaths({ repository, usage }: LfsPathsProps) {
  return (
    <Panel label="LFS files by path">
      <PanelHeader
        title="LFS files by path"
        description={`What ${visibleName(usage.ref)} holds. An object that several files share counts in each of their directories.`}
      />
      {usage.path !== '' && (
        <div className="border-line border-b px-4 py-2.5">
          <Breadcrumbs crumbs={pathCrumbs(repository, usage.path)} label="Directory" />
        </div>
      )}
      {usage.truncated && (
        <Notice tone="warning" className="m-4">
          There are more files than are looked at: these are the sizes of what was found.
        </Notice>
      )}
      {usage.entries.length === 0 ? (
        <EmptyState
          icon={HardDrive}
          title={`No LFS files ${usage.path === '' ? `on ${visibleName(usage.ref)}` : 'here'}`}
        >
          {usage.path === '' && 'What git lfs track takes appears here once it is pushed.'}
        </EmptyState>
      ) : (
        <PathTable repository={repository} usage={usage} />
      )}
      <Rest usage={usage} />
    </Panel>
  );
}

function PathTable({ repository, usage }: LfsPathsProps) {
  return (
    <table className="w-full table-fixed">
      <colgroup>
        <col />
        <col className="w-24" />
        <col className="w-24 max-sm:hidden" />
      </colgroup>
      <thead className="text-ink-muted border-line border-b text-[0.8125rem]">
        <tr>
          <th scope="col" className="py-2 pl-4 text-left font-normal">
            Name
          </th>
          <th scope="col" className={`${NUMBER} font-normal`}>
            Size
          </th>
          <th scope="col" className={`${NUMBER} font-normal max-sm:hidden`}>
            Objects
          </th>
        </tr>
      </thead>
      <tbody className="divide-line divide-y">
        {usage.entries.map((entry) => (
          <PathRow key={entry.name} repository={repository} branch={usage.ref} entry={entry} />
        ))}
      </tbody>
      <tfoot className="border-line border-t font-medium">
        <tr>
          <th scope="row" className="py-2 pl-4 text-left">
            {usage.path === '' ? 'Together' : 'Together here'}
          </th>
          <td className={NUMBER}>{formatBytes(usage.lfs_bytes)}</td>
          <td className={`${NUMBER} max-sm:hidden`}>{formatCount(usage.lfs_objects)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function PathRow({ repository, branch, entry }: { repository: RepositoryName; branch: string; entry: LfsPathUsage }) {
  const isDirectory = entry.type === 'directory';
  const Icon = isDirectory ? FolderClosed : File;
  const href = isDirectory ? lfsUsageUrl(repository, entry.path) : blobUrl(repository, branchRef(branch), entry.path);
  return (
    <tr className="hover:bg-hover/60">
      <td className="py-2 pr-4 pl-4">
        <span className="flex min-w-0 items-center gap-2.5">
          <Icon aria-hidden className="text-ink-muted size-4 shrink-0" />
          <Link href={href} className="relative truncate hover:underline" title={visibleName(entry.name)}>
            <UserText text={entry.name} />
            {isDirectory && <span className="sr-only"> (directory)</span>}
          </Link>
        </span>
      </td>
      <td className={NUMBER}>{formatBytes(entry.lfs_bytes)}</td>
      <td className={`${NUMBER} max-sm:hidden`}>{formatCount(entry.lfs_objects)}</td>
    </tr>
  );
}

/** What the table does not show. */
function Rest({ usage }: { usage: LfsUsage }) {
  const { elsewhere } = usage.repository;
  const lines = [
    ...(usage.entries_left_out > 0
      ? [`${countOf(usage.entries_left_out, 'smaller entry', 'smaller entries')} not listed.`]
      : []),
    ...(elsewhere && elsewhere.lfs_objects > 0
      ? [
          `${formatBytes(elsewhere.lfs_bytes)} in ${countOf(elsewhere.lfs_objects, 'object')} only in the history of ${visibleName(usage.ref)} or on other branches and tags.`,
        ]
      : []),
  ];
  if (lines.length === 0) return null;
  return <p className="text-ink-muted border-line border-t px-4 py-2.5">{lines.join(' ')}</p>;
}

function pathCrumbs(repository: RepositoryName, path: string): Crumb[] {
  const crumbs = crumbsOf(path, (directory) => lfsUsageUrl(repository, directory));
  return [{ label: repository.name, href: lfsUsageUrl(repository, '') }, ...crumbs];
}
