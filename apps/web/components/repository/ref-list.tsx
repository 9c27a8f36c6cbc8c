import type { RefInfo, RefsPage } from '@granary/api-contract';
import { GitBranch, SearchX, Tag } from 'lucide-react';
import Form from 'next/form';
import { EmptyState } from '@/components/ui/empty-state';
import { Button } from '@/components/ui/button';
import { Pagination } from '@/components/ui/pagination';
import { Panel } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import { UserText } from '@/components/ui/user-text';
import { countOf } from '@/lib/text/quantity';
import { RefRow } from './ref-row';

interface RefListProps {
  list: RefsPage;
  kind: RefInfo['kind'];
  filter: string;
  /** This page's own address, for the filter and the other pages. */
  path: string;
}

const NOUNS = { branch: ['branch', 'branches'], tag: ['tag', 'tags'] } as const;

function refsPath(path: string, filter: string, page: number): string {
  const query = new URLSearchParams();
  if (filter) query.set('q', filter);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${path}?${query}` : path;
}

export function RefList({ list, kind, filter, path }: RefListProps) {
  const { repository, refs } = list;
  const [one, many] = NOUNS[kind];
  const total = kind === 'branch' ? list.branch_count : list.tag_count;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-base font-semibold">{countOf(total, one, many)}</h2>
        {total > 5 && <RefFilter path={path} filter={filter} many={many} />}
      </div>
      <Panel>
        {refs.length > 0 ? (
          <RowList label={many}>
            {refs.map((ref) => (
              <RefRow key={ref.full_name} repository={repository} gitRef={ref} />
            ))}
          </RowList>
        ) : (
          <NoRefs kind={kind} filter={filter} />
        )}
      </Panel>
      <Pagination page={list.page} hasNext={list.has_next} hrefOf={(number) => refsPath(path, filter, number)} />
    </>
  );
}

function RefFilter({ path, filter, many }: { path: string; filter: string; many: string }) {
  return (
    <Form action={path} prefetch={false} role="search" aria-label={many} className="flex w-full gap-2 sm:w-80">
      <input
        type="search"
        name="q"
        defaultValue={filter}
        aria-label={`Filter ${many}`}
        placeholder={`Filter ${many}`}
        autoComplete="off"
        className="border-line-strong bg-surface placeholder:text-ink-muted rounded-control h-9 min-w-0 flex-1 border px-3 focus-visible:outline-offset-0 pointer-coarse:h-11"
      />
      <Button type="submit">Filter</Button>
    </Form>
  );
}

function NoRefs({ kind, filter }: { kind: RefInfo['kind']; filter: string }) {
  if (filter)
    return (
      <EmptyState
        icon={SearchX}
        title={
          <>
            Nothing matches “<UserText text={filter} />”
          </>
        }
      />
    );
  if (kind === 'branch') return <EmptyState icon={GitBranch} title="No branches yet" />;
  return (
    <EmptyState icon={Tag} title="No tags yet">
      <p>
        Tags name the states that matter: <code className="font-mono">git tag v1.0 && git push origin v1.0</code>
      </p>
    </EmptyState>
  );
}
