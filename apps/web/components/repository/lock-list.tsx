import type { LocksPage } from '@granary/api-contract';
import { Lock, SearchX } from 'lucide-react';
import Form from 'next/form';
import { Button, ButtonLink } from '@/components/ui/button';
import { CommandBlock } from '@/components/ui/command-block';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { Panel } from '@/components/ui/panel';
import { RowList } from '@/components/ui/row-list';
import type { LockFilter } from '@/lib/api/locks';
import { LockRow } from './lock-row';

interface LockListProps {
  list: LocksPage;
  filter: LockFilter;
  /** This page's own address. */
  path: string;
  viewer: string | null;
}

function locksPath(path: string, filter: LockFilter, page = 1): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${path}?${query}` : path;
}

const isFiltered = ({ q, owner }: LockFilter) => q !== '' || owner !== '';

export function LockList({ list, filter, path, viewer }: LockListProps) {
  const hasNone = list.locks.length === 0 && list.page === 1 && !isFiltered(filter);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-base font-semibold">Locked files</h2>
        {!hasNone && <Filter filter={filter} path={path} viewer={viewer} />}
      </div>
      <Panel>
        {list.locks.length > 0 ? (
          <RowList label="Locked files">
            {list.locks.map((lock) => (
              <LockRow key={lock.id} repository={list.repository} lock={lock} viewer={viewer} />
            ))}
          </RowList>
        ) : (
          <NoLocks filter={filter} mayLock={list.repository.permissions.push} />
        )}
      </Panel>
      <Pagination page={list.page} hasNext={list.has_next} hrefOf={(page) => locksPath(path, filter, page)} />
    </>
  );
}

function Filter({ filter, path, viewer }: Pick<LockListProps, 'filter' | 'path' | 'viewer'>) {
  const isMine = viewer !== null && filter.owner === viewer;
  const look =
    'border-line-strong bg-surface placeholder:text-ink-muted rounded-control h-9 min-w-0 flex-1 border px-3 focus-visible:outline-offset-0 pointer-coarse:h-11 sm:w-44 sm:flex-none';
  return (
    <div className="flex w-full flex-wrap items-center gap-2 sm:w-auto">
      <Form action={path} prefetch={false} role="search" aria-label="Locks" className="flex w-full gap-2 sm:w-auto">
        <input
          type="search"
          name="q"
          defaultValue={filter.q}
          aria-label="Filter by path"
          placeholder="Path"
          autoComplete="off"
          className={look}
        />
        <input
          type="search"
          name="owner"
          defaultValue={filter.owner}
          aria-label="Filter by owner"
          placeholder="Owner"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className={look}
        />
        <Button type="submit">Filter</Button>
      </Form>
      {viewer && (
        <ButtonLink href={locksPath(path, { q: filter.q, owner: isMine ? '' : viewer })} variant="ghost">
          {isMine ? 'Everybody’s' : 'Mine'}
        </ButtonLink>
      )}
    </div>
  );
}

function NoLocks({ filter, mayLock }: { filter: LockFilter; mayLock: boolean }) {
  if (isFiltered(filter)) return <EmptyState icon={SearchX} title="No lock matches" />;
  return (
    <EmptyState
      icon={Lock}
      title="No file is locked"
      action={
        mayLock && (
          <div className="w-full max-w-md text-left">
            <CommandBlock label="How to lock a file" commands={['git lfs lock PATH', 'git lfs unlock PATH']} />
          </div>
        )
      }
    >
      <p>
        A lock keeps a file that cannot be merged, a picture or a model, for one person at a time: pushes of others that
        change it are refused, on every branch.
      </p>
    </EmptyState>
  );
}
