import type { RefInfo, RepositoryFrame, SignatureVerdict } from '@granary/api-contract';
import { Download, GitBranch, History, SearchX, Tag } from 'lucide-react';
import Form from 'next/form';
import { Badge } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Link } from '@/components/ui/link';
import { Notice } from '@/components/ui/notice';
import { Pagination } from '@/components/ui/pagination';
import { Panel } from '@/components/ui/panel';
import { Row, RowList } from '@/components/ui/row-list';
import { archiveUrl, commitsUrl, treeUrl, type RepositoryName } from '@/lib/repository-url';
import { TAG } from '@/lib/signature-text';
import { countOf, formatCount } from '@/lib/text/quantity';
import { visibleName } from '@/lib/text/visible-text';
import { ShaLink } from './commit-line';
import { nameOf } from './repository-page';
import { SignatureBadge } from './signature-badge';

type ShownRef = RefInfo & { signature?: SignatureVerdict | null };

/** A page of refs, already filtered. */
export interface ShownRefs {
  refs: ShownRef[];
  hasNext: boolean;
}

interface RefListProps {
  frame: RepositoryFrame;
  shown: ShownRefs;
  kind: RefInfo['kind'];
  filter: string;
  page: number;
  /** This page's own address, for the filter and the other pages. */
  path: string;
}

const PAGE_SIZE = 50;

const NOUNS = { branch: ['branch', 'branches'], tag: ['tag', 'tags'] } as const;

/** The default branch first, then as the API sorts. */
export function shownBranches({ repository, branches }: RepositoryFrame, filter: string, page: number): ShownRefs {
  const wanted = branches.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  const isDefault = ({ name }: RefInfo) => name === repository.default_branch;
  const all = [...wanted.filter(isDefault), ...wanted.filter((ref) => !isDefault(ref))];
  return { refs: all.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE), hasNext: all.length > page * PAGE_SIZE };
}

function refsPath(path: string, filter: string, page: number): string {
  const query = new URLSearchParams();
  if (filter) query.set('q', filter);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `${path}?${query}` : path;
}

export function RefList({ frame, shown, kind, filter, page, path }: RefListProps) {
  const { refs, hasNext } = shown;
  const [one, many] = NOUNS[kind];
  const total = kind === 'branch' ? frame.branch_count : frame.tag_count;
  const known = kind === 'branch' ? frame.branches.length : frame.tags.length;
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-base font-semibold">{countOf(total, one, many)}</h2>
        {total > 5 && <RefFilter path={path} filter={filter} many={many} />}
      </div>
      {known < total && (
        <Notice className="mb-4">
          <p>
            Only {formatCount(known)} of them are listed here. Git knows all:{' '}
            <code className="font-mono">git ls-remote</code>.
          </p>
        </Notice>
      )}
      <Panel>
        {refs.length > 0 ? (
          <RowList label={many}>
            {refs.map((ref) => (
              <RefRow
                key={ref.full_name}
                repository={nameOf(frame.repository)}
                gitRef={ref}
                isDefault={ref.kind === 'branch' && ref.name === frame.repository.default_branch}
              />
            ))}
          </RowList>
        ) : (
          <NoRefs kind={kind} filter={filter} />
        )}
      </Panel>
      <Pagination page={page} hasNext={hasNext} hrefOf={(number) => refsPath(path, filter, number)} />
    </>
  );
}

function RefFilter({ path, filter, many }: { path: string; filter: string; many: string }) {
  return (
    <Form action={path} prefetch={false} role="search" aria-label={many} className="w-full sm:w-72">
      <input
        type="search"
        name="q"
        defaultValue={filter}
        aria-label={`Filter ${many}`}
        placeholder={`Filter ${many}`}
        autoComplete="off"
        className="border-line-strong bg-surface placeholder:text-ink-muted rounded-control h-9 w-full border px-3 focus-visible:outline-offset-0 pointer-coarse:h-11"
      />
    </Form>
  );
}

function NoRefs({ kind, filter }: { kind: RefInfo['kind']; filter: string }) {
  if (filter) return <EmptyState icon={SearchX} title={`Nothing matches “${filter}”`} />;
  if (kind === 'branch') return <EmptyState icon={GitBranch} title="No branches yet" />;
  return (
    <EmptyState icon={Tag} title="No tags yet">
      <p>
        Tags name the states that matter: <code className="font-mono">git tag v1.0 && git push origin v1.0</code>
      </p>
    </EmptyState>
  );
}

function RefRow({
  repository,
  gitRef,
  isDefault,
}: {
  repository: RepositoryName;
  gitRef: ShownRef;
  isDefault: boolean;
}) {
  const Icon = gitRef.kind === 'branch' ? GitBranch : Tag;
  const name = visibleName(gitRef.name);
  const actions = (
    <>
      <ShaLink repository={repository} sha={gitRef.sha} />
      <ButtonLink href={commitsUrl(repository, gitRef.name)} variant="ghost" size="small" square>
        <History aria-hidden />
        <span className="sr-only">Commits of {name}</span>
      </ButtonLink>
      <ButtonLink
        external
        href={archiveUrl(repository, gitRef.name, { format: 'zip' })}
        variant="ghost"
        size="small"
        square
      >
        <Download aria-hidden />
        <span className="sr-only">Download {name} as zip</span>
      </ButtonLink>
    </>
  );
  return (
    <Row actions={actions} actionsFromTablet className="py-2">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <Icon aria-hidden className="text-ink-muted size-4 shrink-0" />
        <Link href={treeUrl(repository, gitRef.name)} className="font-medium wrap-anywhere hover:underline">
          {name}
        </Link>
        {isDefault && <Badge tone="accent">default</Badge>}
        <SignatureBadge signature={gitRef.signature ?? null} thing={TAG} />
      </div>
    </Row>
  );
}
