import type { At, TreeEntry } from '@granary/api-contract';
import { Html } from '@/components/ui/html';
import { pageHtml } from '@/lib/page/exchange';
import type { RepositoryName } from '@/lib/repository-url';
import { requestTime } from '@/lib/request-time';
import { visibleName } from '@/lib/text/visible-text';
import { EntryIconSprite } from './entry-icon';
import { treeRows } from './tree-rows';

interface TreeTableProps {
  repository: RepositoryName;
  at: At;
  entries: TreeEntry[];
}

const HEADERS = ['Name', 'Last commit', 'Changed', 'Size'];

export async function TreeTable({ repository, at, entries }: TreeTableProps) {
  const rows = await pageHtml(treeRows({ repository, at, entries, now: requestTime() }));
  return (
    <>
      <EntryIconSprite />
      <table className="tree w-full table-fixed">
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
        {/* Another directory is another table body: React keeps what the hub has written. */}
        <Html key={`${at.sha} ${at.path}`} source={rows} as="tbody" className="divide-line divide-y" isRouted />
      </table>
    </>
  );
}
