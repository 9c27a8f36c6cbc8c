import { SearchX, Sprout } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { Pagination } from '@/components/ui/pagination';
import { Panel } from '@/components/ui/panel';
import { UserText } from '@/components/ui/user-text';
import { guardedPart } from '@/components/shell/failure-answer';
import { readExplore } from '@/lib/api/repositories';
import { getViewer } from '@/lib/api/viewer';
import { countOf } from '@/lib/text/quantity';
import { RepositoryList } from './repository-list';

interface ExploreResultsProps {
  q: string;
  page: number;
  /** Shows so many and no pages. */
  most?: number;
  level?: 2 | 3;
}

function explorePath(q: string, page: number): string {
  const query = new URLSearchParams();
  if (q) query.set('q', q);
  if (page > 1) query.set('page', String(page));
  return query.size > 0 ? `/explore?${query}` : '/explore';
}

/** The repositories that the viewer may read, latest push first. */
async function Results({ q, page, most, level }: ExploreResultsProps) {
  const { repositories, has_next, total } = await readExplore({ q, page });
  if (repositories.length === 0) return <NothingFound q={q} />;
  return (
    <>
      {q && (
        <p role="status" className="text-ink-muted mb-3">
          {countOf(total, 'repository', 'repositories')} for “<UserText text={q} />”
        </p>
      )}
      <RepositoryList repositories={repositories.slice(0, most)} label="Repositories" level={level} />
      {!most && <Pagination page={page} hasNext={has_next} hrefOf={(number) => explorePath(q, number)} />}
    </>
  );
}

export const ExploreResults = guardedPart(Results);

async function NothingFound({ q }: { q: string }) {
  const { user } = await getViewer();
  return (
    <Panel>
      {q ? (
        <EmptyState
          icon={SearchX}
          title={
            <>
              No repository matches “<UserText text={q} />”
            </>
          }
          action={<ButtonLink href="/explore">Show all repositories</ButtonLink>}
        >
          <p>
            Names, owners and descriptions are searched.
            {!user && ' Private repositories show when you are signed in.'}
          </p>
        </EmptyState>
      ) : (
        <EmptyState icon={Sprout} title="No repositories yet">
          <p>What you may read appears here as soon as somebody creates it.</p>
        </EmptyState>
      )}
    </Panel>
  );
}
