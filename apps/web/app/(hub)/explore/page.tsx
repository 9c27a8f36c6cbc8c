import { guardedPage } from '@/components/shell/guarded-page';
import { ExploreResults } from '@/components/repository/explore-results';
import { PageHeader } from '@/components/ui/page-header';
import { pageNumberIn, textIn, type SearchParams } from '@/lib/route-params';
import { PageTitle } from '@/components/ui/page-title';

async function Explore({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const search = await searchParams;
  const [q, page] = [textIn(search, 'q').trim(), pageNumberIn(search)];
  return (
    <div className="mx-auto max-w-4xl">
      <PageTitle title="Explore" />
      <PageHeader title="Explore" description="Every repository you may read, the latest push first." />
      <ExploreResults q={q} page={page} />
    </div>
  );
}

export default guardedPage(Explore);
