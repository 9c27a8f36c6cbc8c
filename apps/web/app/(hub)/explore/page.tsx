import type { Metadata } from 'next';
import { Suspense } from 'react';
import { ExploreResults } from '@/components/repository/explore-results';
import { PageHeader } from '@/components/ui/page-header';
import { RowsSkeleton } from '@/components/ui/skeleton';
import { pageNumberIn, textIn, type SearchParams } from '@/lib/route-params';

export const metadata: Metadata = { title: 'Explore' };

export default async function Explore({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const search = await searchParams;
  const [q, page] = [textIn(search, 'q').trim(), pageNumberIn(search)];
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Explore" description="Every repository you may read, the latest push first." />
      <Suspense key={`${q} ${page}`} fallback={<RowsSkeleton rows={8} />}>
        <ExploreResults q={q} page={page} />
      </Suspense>
    </div>
  );
}
