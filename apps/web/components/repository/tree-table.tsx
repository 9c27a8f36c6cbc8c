import type { At, TreeEntry } from '@granary/api-contract';
import { Link } from '@/components/ui/link';
import { Time } from '@/components/ui/time';
import { blobUrl, commitUrl, treeUrl, type RefName, type RepositoryName } from '@/lib/repository-url';
import { formatBytes } from '@/lib/text/quantity';
import { visibleName } from '@/lib/text/visible-text';
import { subjectOf } from './commit-line';
import { EntryIcon, EntryIconSprite } from './entry-icon';
import { LfsBadge } from './lfs-badge';
import { LockMark } from './lock-mark';

interface TreeTableProps {
  repository: RepositoryName;
  at: At;
  entries: TreeEntry[];
}

const HEADERS = ['Name', 'Last commit', 'Changed', 'Size'];

export function TreeTable({ repository, at, entries }: TreeTableProps) {
  return (
    <>
      <EntryIconSprite />
      <table className="w-full table-fixed">
        <caption className="sr-only">Files in {at.path === '' ? 'the root directory' : visibleName(at.path)}</caption>
        <colgroup>
          <col className="md:w-[38%]" />
          <col className="max-md:hidden" />
          <col className="w-28" />
          <col className="w-24 max-sm:hidden" />
        </colgroup>
        <thead className="sr-only">
          <tr>
            {HEADERS.map((header) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-line divide-y">
          {at.path !== '' && <ParentRow repository={repository} at={at} />}
          {entries.map((entry) => (
            <EntryRow key={entry.name} repository={repository} at={at} entry={entry} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function ParentRow({ repository, at }: { repository: RepositoryName; at: At }) {
  const parent = at.path.split('/').slice(0, -1).join('/');
  return (
    <tr className="hover:bg-hover/60">
      {/* Cell by cell: a cell over all columns would bring those back that a phone goes without. */}
      <td className="px-4 py-2">
        <Link href={treeUrl(repository, at, parent)} className="text-accent block w-fit font-mono hover:underline">
          <span aria-hidden>..</span>
          <span className="sr-only">Directory above</span>
        </Link>
      </td>
      <td className="max-md:hidden" />
      <td />
      <td className="max-sm:hidden" />
    </tr>
  );
}

interface EntryRowProps {
  repository: RepositoryName;
  at: RefName;
  entry: TreeEntry;
}

function EntryRow({ repository, at, entry }: EntryRowProps) {
  const { last_commit: commit, size_bytes } = entry;
  return (
    <tr className="hover:bg-hover/60">
      <td className="py-2 pl-4 max-sm:pr-2">
        <EntryName repository={repository} at={at} entry={entry} />
      </td>
      <td className="truncate px-4 max-md:hidden">
        {commit && (
          <Link href={commitUrl(repository, commit.sha)} className="text-ink-muted hover:text-ink hover:underline">
            {subjectOf(commit)}
          </Link>
        )}
      </td>
      <td className="text-ink-muted pr-4 text-right whitespace-nowrap sm:pr-0">
        {commit && <Time at={commit.committer.date} />}
      </td>
      <td className="text-ink-muted pr-4 text-right whitespace-nowrap tabular-nums max-sm:hidden">
        {size_bytes !== null && entry.type !== 'symlink' && formatBytes(size_bytes)}
      </td>
    </tr>
  );
}

function EntryName({ repository, at, entry }: EntryRowProps) {
  const name = visibleName(entry.name);
  const page = entry.type === 'tree' ? treeUrl : blobUrl;
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <EntryIcon type={entry.type} />
      {entry.type === 'submodule' ? (
        <span className="truncate" title={name}>
          {name} <span className="text-ink-muted font-mono text-[0.8125rem]">@ {entry.oid.slice(0, 10)}</span>
        </span>
      ) : (
        <Link href={page(repository, at, entry.path)} title={name} className="truncate hover:underline">
          {name}
        </Link>
      )}
      {entry.lfs && <LfsBadge lfs={entry.lfs} />}
      {entry.lock && <LockMark lock={entry.lock} />}
    </span>
  );
}
